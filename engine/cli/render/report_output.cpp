#include "cli/render/report_output.hpp"

#include "cli/render/summary_json.hpp"
#include "cli/render/summary_text.hpp"
#include "cli/render/visible_text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <ostream>
#include <stdexcept>
#include <streambuf>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace batch_cancel::cli
{

namespace json = boost::json;
using boost::system::system_error;

namespace
{

constexpr std::size_t piece = 256 * 1024;

// Rows are gathered, since a stream costs more a call than a row does.
void flush_if_large(std::ostream& out, std::string& text)
{
    if (text.size() < piece)
        return;
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
}

void write_csv(std::ostream& out, journal_report& report, selection wanted, report_look const& look)
{
    results_csv const csv(report.facts(), look.style, look.target);
    std::string text;
    csv.append_header(text);
    report.for_each(wanted,
                    [&](report_row const& row)
                    {
                        csv.append_row(text, row);
                        flush_if_large(out, text);
                    });
    if (wanted.has(selection::rejected))
        report.for_each_rejected(
            [&](rejected_line const& line)
            {
                csv.append_rejected(text, line);
                flush_if_large(out, text);
            });
    out << text;
}

void write_json(std::ostream& out, journal_report& report, selection wanted)
{
    std::string text;
    append_json(text, summary_json(report.facts()));
    text.back() = ',';  // the summary's last brace: `results` is one more member of it
    text += "\"results\":[";
    std::array<unsigned char, 16 * 1024> first_piece;
    char const* before = "\n";
    report.for_each(wanted,
                    [&](report_row const& row)
                    {
                        json::monotonic_resource memory(first_piece.data(), first_piece.size());
                        text += before;
                        append_json(text, row_json(row, report.facts(), &memory));
                        before = ",\n";
                        flush_if_large(out, text);
                    });
    text += "\n],\"rejected\":[";
    before = "\n";
    if (wanted.has(selection::rejected))
        report.for_each_rejected(
            [&](rejected_line const& line)
            {
                text += before;
                append_json(text, rejected_json(line));
                before = ",\n";
                flush_if_large(out, text);
            });
    out << text << "\n]}\n";
}

void append_list_line(std::string& out, report_row const& row, std::vector<std::string> const& carried)
{
    auto const& settled = row.settled;
    out += visible_text(settled.pair.job_id) + ' ' + visible_text(settled.pair.task_id) + ' ';
    out += row.is_unprocessed ? "unprocessed" : to_string(settled.outcome);
    if (settled.reason != reason::none)
        (out += ' ') += to_string(settled.reason);
    if (settled.status != 0)
        out += ' ' + std::to_string(settled.status);
    out += settled.ambiguous ? " ambiguous" : "";
    for (std::size_t i = 0; i < carried.size(); ++i)
    {
        if (!row.carried[i].empty())
            out += ' ' + visible_text(carried[i]) + '=' + visible_text(row.carried[i]);
    }
    if (!settled.message.empty())
        out += ": " + visible_text(settled.message);
    out += '\n';
}

void write_text(std::ostream& out, journal_report& report, selection wanted, report_look const& look)
{
    if (!wanted.is_everything())
    {
        if (is_rehearsal(report.facts()))
            out << rehearsal_text;
        return write_list(out, report, wanted);
    }
    out << summary_text(report.facts(), look.colors);
    if (look.is_listed)
        write_list(out, report, selection::not_accepted);
}

// Writes to a descriptor, and keeps the error that a stream would forget.
class descriptor_buffer final : public std::streambuf
{
public:
    explicit descriptor_buffer(int fd) noexcept
        : fd_(fd)
    {
    }

    int error() const noexcept
    {
        return error_;
    }

protected:
    std::streamsize xsputn(char const* text, std::streamsize size) override
    {
        std::streamsize done = 0;
        while (done < size)
        {
            auto const written = ::write(fd_, text + done, static_cast<std::size_t>(size - done));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
            {
                error_ = written < 0 ? errno : EIO;
                return done;
            }
            done += written;
        }
        return done;
    }

    int_type overflow(int_type c) override
    {
        auto const byte = traits_type::to_char_type(c);
        return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
    }

private:
    int fd_;
    int error_{0};
};

// A file that takes another one's place when it is whole, and is gone if it never becomes so.
class replacement
{
public:
    explicit replacement(std::filesystem::path const& target)
        : target_(target)
        , name_(target.string() + ".XXXXXX")
        , fd_(::mkostemp(name_.data(), O_CLOEXEC))
    {
        if (fd_ < 0)
            fail(errno);
    }

    replacement(replacement const&) = delete;
    replacement& operator=(replacement const&) = delete;

    ~replacement()
    {
        ::close(fd_);
        if (!done_)
            ::unlink(name_.c_str());
    }

    int descriptor() const noexcept
    {
        return fd_;
    }

    void take_place()
    {
        if (::fsync(fd_) != 0 && errno != EINVAL)
            fail(errno);
        if (::rename(name_.c_str(), target_.c_str()) != 0)
            fail(errno);
        done_ = true;
    }

    [[noreturn]] void fail(int error) const
    {
        throw system_error({error, boost::system::system_category()}, "cannot write the report " + target_.string());
    }

private:
    std::filesystem::path target_;
    std::string name_;
    int fd_;
    bool done_{false};
};

}  // namespace

report_format format_of(std::filesystem::path const& file)
{
    auto const ending = file.extension();
    if (ending == ".json")
        return report_format::json;
    if (ending == ".csv")
        return report_format::csv;
    if (ending == ".html")
        throw std::invalid_argument(file.string() + ": reports in HTML cannot be made yet; .json and .csv can");
    throw std::invalid_argument(file.string() + ": the ending of a report's name says its form: .json or .csv");
}

std::vector<std::filesystem::path> report_files(std::vector<std::string> const& names)
{
    std::for_each(names.begin(), names.end(), [](auto const& name) { format_of(name); });
    return {names.begin(), names.end()};
}

void write_report(std::ostream& out, journal_report& report, report_format format, selection wanted,
                  report_look const& look)
{
    switch (format)
    {
    case report_format::text:
        write_text(out, report, wanted, look);
        break;
    case report_format::json:
        write_json(out, report, wanted);
        break;
    case report_format::csv:
        write_csv(out, report, wanted, look);
        break;
    }
    out.flush();
}

void check_report_file(std::filesystem::path const& file)
{
    replacement const made(file);
}

void write_list(std::ostream& out, journal_report& report, selection wanted)
{
    std::string text;
    report.for_each(wanted,
                    [&](report_row const& row)
                    {
                        append_list_line(text, row, report.facts().carried);
                        flush_if_large(out, text);
                    });
    if (wanted.has(selection::rejected))
        report.for_each_rejected(
            [&](rejected_line const& line)
            {
                text += visible_text(line.file) + ':' + std::to_string(line.line) +
                        " rejected: " + visible_text(line.cause) + '\n';
                flush_if_large(out, text);
            });
    out << text;
}

std::string report_obstacle(std::filesystem::path const& file)
{
    auto const folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return file.string() + ": " + std::strerror(errno);
    std::error_code ignored;
    auto const there = std::filesystem::status(file, ignored);
    if (std::filesystem::is_directory(there))
        return file.string() + ": this is a folder; give the name of a file";
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
        return file.string() + ": this is a pipe, a socket or a device; give the name of a file";
    return {};
}

void write_report_file(std::filesystem::path const& file, journal_report& report, selection wanted, csv_style style)
{
    auto const format = format_of(file);
    if (auto const obstacle = report_obstacle(file); !obstacle.empty())
        throw std::runtime_error("cannot write the report " + obstacle);
    replacement made(file);
    descriptor_buffer buffer(made.descriptor());
    std::ostream out(&buffer);
    write_report(out, report, format, wanted, {.style = style});
    if (!out)
        made.fail(buffer.error());
    made.take_place();
}

}  // namespace batch_cancel::cli
