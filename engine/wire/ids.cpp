#include "wire/ids.hpp"

#include "pairs/guid.hpp"
#include "wire/utf8.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>

namespace batch_cancel::wire
{

namespace
{

bool has_control(std::string_view id) noexcept
{
    for (std::size_t i = 0; i < id.size(); ++i)
    {
        auto const c = static_cast<unsigned char>(id[i]);
        if (c < 0x20 || c == 0x7f)
            return true;
        // C1 controls, U+0080 to U+009F, are C2 80 to C2 9F in UTF-8.
        if (c == 0xc2 && i + 1 < id.size() && static_cast<unsigned char>(id[i + 1]) < 0xa0)
            return true;
    }
    return false;
}

template <class String>
void append_encoded(String& out, std::string_view id)
{
    namespace urls = boost::urls;
    if (pairs::is_guid(id) || std::all_of(id.begin(), id.end(), urls::unreserved_chars))
    {
        out += id;
        return;
    }
    auto const old_size = out.size();
    auto const encoded = urls::encoded_size(id, urls::unreserved_chars);
    out.resize(old_size + encoded);
    urls::encode(out.data() + old_size, encoded, id, urls::unreserved_chars);
}

}  // namespace

bool is_sendable_id(std::string_view id) noexcept
{
    if (pairs::is_guid(id))  // nearly always
        return true;
    return !id.empty() && id.size() <= longest_id && id != "." && id != ".." && !has_control(id) && is_utf8(id);
}

void append_path_segment(std::string& out, std::string_view id)
{
    append_encoded(out, id);
}

void append_path_segment(wiped_string& out, std::string_view id)
{
    append_encoded(out, id);
}

}  // namespace batch_cancel::wire
