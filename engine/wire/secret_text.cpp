#include <batch_cancel/secret_text.hpp>

#include "wire/wiped_string.hpp"

#include <algorithm>

namespace batch_cancel
{

secret_text::secret_text(std::string_view text, copy_tag)
    : data_(text.empty() ? nullptr : new char[text.size()])
    , size_(text.size())
{
    std::copy(text.begin(), text.end(), data_);
}

secret_text::secret_text(std::string&& text)
    : secret_text(std::string_view{text}, copy_tag{})
{
    wire::wipe(text);
}

secret_text::secret_text(secret_text const& other)
    : secret_text(other.view(), copy_tag{})
{
}

secret_text::~secret_text()
{
    if (data_ == nullptr)
        return;
    wire::wipe(data_, size_);
    delete[] data_;
}

}  // namespace batch_cancel
