#include <batch_cancel/journal_reader.hpp>

#include "journal/file_kind.hpp"
#include "journal/interrupted_journal_impl.hpp"
#include "journal/journal_file_impl.hpp"
#include "journal/line_reader.hpp"
#include "journal/record_order.hpp"
#include "journal/record_parser.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <utility>

namespace batch_cancel
{

using boost::system::system_error;

namespace
{

constexpr std::string_view planned_begins = R"({"type":"planned",)";
constexpr std::string_view begun_begins = R"({"type":"begun",)";
constexpr std::string_view admitted_begins = R"({"type":"admitted",)";
constexpr std::string_view result_begins = R"({"type":"result",)";

journal_format::descriptor checked(int fd, char const* what, std::filesystem::path const& path)
{
    if (fd < 0)
        throw system_error({errno, boost::system::system_category()}, what + path.string());
    return journal_format::descriptor(fd);
}

}  // namespace

class journal_reader::impl
{
public:
    impl(journal_format::descriptor file, std::filesystem::path where)
        : path(std::move(where))
        , being_written(journal_format::is_locked_elsewhere(file))
        , lines(std::move(file))
    {
    }

    template <class PassOver>
    bool next(journal_record& into, journal_format::begun_records begun, PassOver pass_over)
    {
        try
        {
            auto line = lines.next();
            while (line && order.takes_any() && pass_over(*line))
                line = lines.next();
            if (line)
            {
                parser.parse(*line, into);
                into.line = lines.lines();
                if (auto const cause = order.take(into, begun); !cause.empty())
                    refuse(into.line, cause);
                return true;
            }
        }
        catch (journal_format::bad_record const& bad)
        {
            refuse(lines.lines(), bad.cause);
        }
        catch (journal_format::line_too_long const&)
        {
            refuse(lines.lines() + 1, "the line is too long");
        }
        if (lines.lines() == 0)
            refuse_unbegun();
        return false;
    }

    std::filesystem::path const path;
    // Asked before the size is looked at: else a process that ended in between would be taken for one that was killed, since
    // its end lies beyond what is read.
    bool const being_written;
    journal_format::line_reader lines;
    journal_format::record_parser parser{};
    journal_format::record_order order{};

private:
    // Nothing here tells whether a run has sent something: a copy may be as short as this.
    [[noreturn]] void refuse_unbegun() const
    {
        if (being_written)
            refuse(1, "it holds no whole line yet");
        refuse(1, lines.size() == 0
                      ? "it is empty: its process was killed before it wrote the first line, or this is a copy that "
                        "failed; if it is no copy, remove it and run the input again"
                      : "its first line is not whole: its process was killed while it wrote that, or this is a copy "
                        "that failed; if it is no copy, remove it and run the input again");
    }

    [[noreturn]] void refuse(std::uint64_t line, std::string cause) const
    {
        if (line == 1 && !being_written && lines.size() != 0)
            if (auto other = journal_format::other_kind(lines.first_bytes(journal_format::kind_bytes)); !other.empty())
                cause = std::move(other);
        throw described_error(errc::journal_not_readable, path.string() + ':' + std::to_string(line) + ": " + cause);
    }
};

journal_reader::journal_reader(std::filesystem::path path)
{
    auto file = journal_format::open_to_read(path);
    impl_ = std::make_unique<impl>(std::move(file), std::move(path));
}

journal_reader::journal_reader(journal_file const& journal)
{
    auto const& path = journal.path();
    auto file = checked(::fcntl(journal.impl_->file().get(), F_DUPFD_CLOEXEC, 0), "cannot read the journal ", path);
    impl_ = std::make_unique<impl>(std::move(file), path);
}

journal_reader::journal_reader(interrupted_journal const& journal)
{
    auto const& path = journal.path();
    auto file = checked(::fcntl(journal.impl_->file.get(), F_DUPFD_CLOEXEC, 0), "cannot read the journal ", path);
    impl_ = std::make_unique<impl>(std::move(file), path);
}

journal_reader::journal_reader(journal_reader&&) noexcept = default;
journal_reader& journal_reader::operator=(journal_reader&&) noexcept = default;
journal_reader::~journal_reader() = default;

bool journal_reader::next(journal_record& into)
{
    return impl_->next(into, journal_format::begun_records::seen, [](std::string_view) { return false; });
}

bool journal_reader::next_but_begun(journal_record& into)
{
    return impl_->next(into, journal_format::begun_records::passed_over,
                       [](std::string_view line) {
                           return line.starts_with(planned_begins) || line.starts_with(begun_begins) ||
                                  line.starts_with(admitted_begins);
                       });
}

bool journal_reader::next_but_results(journal_record& into)
{
    return impl_->next(into, journal_format::begun_records::seen,
                       [](std::string_view line) { return line.starts_with(result_begins); });
}

void journal_reader::rewind()
{
    impl_->lines.rewind();
    impl_->order = {};
}

std::uint64_t journal_reader::whole_bytes() const noexcept
{
    return impl_->lines.whole_bytes();
}

std::uint64_t journal_reader::torn_bytes() const noexcept
{
    return impl_->lines.size() - impl_->lines.whole_bytes();
}

bool journal_reader::is_being_written() const noexcept
{
    return impl_->being_written;
}

std::filesystem::path const& journal_reader::path() const noexcept
{
    return impl_->path;
}

}  // namespace batch_cancel
