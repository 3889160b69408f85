#include "cli/console/console.hpp"
#include "cli/console/error_text.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>

using namespace batch_cancel::cli;

namespace
{

/** A terminal in the place of stderr. */
class stderr_terminal
{
public:
    explicit stderr_terminal(unsigned short columns)
        : screen_(::posix_openpt(O_RDWR | O_NOCTTY))
        , kept_(::dup(STDERR_FILENO))
    {
        ::grantpt(screen_);
        ::unlockpt(screen_);
        int const terminal = ::open(::ptsname(screen_), O_RDWR | O_NOCTTY);
        winsize size{};
        size.ws_col = columns;
        ::ioctl(terminal, TIOCSWINSZ, &size);
        ::dup2(terminal, STDERR_FILENO);
        ::close(terminal);
    }

    stderr_terminal(stderr_terminal const&) = delete;
    stderr_terminal& operator=(stderr_terminal const&) = delete;

    ~stderr_terminal()
    {
        ::dup2(kept_, STDERR_FILENO);
        ::close(kept_);
        ::close(screen_);
    }

    /** What has been written; waits if that is nothing. */
    std::string shown() const
    {
        std::array<char, 4096> text;
        auto const count = ::read(screen_, text.data(), text.size());
        return {text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }

private:
    int screen_;
    int kept_;
};

}  // namespace

TEST_SUITE("console")
{
    TEST_CASE("error_text: a system error is said without its number, a text of ours as it is")
    {
        boost::system::system_error const system{ENOENT, boost::system::system_category(), "cannot open a.jsonl"};
        CHECK(error_text(system) == "cannot open a.jsonl: No such file or directory");
        CHECK(error_text(batch_cancel::described_error{batch_cancel::errc::journal_in_use, "it is in use"}) ==
              "it is in use");
        CHECK(error_text(std::runtime_error{"plain"}) == "plain");
    }

    TEST_CASE("console: colours on a terminal, unless NO_COLOR or a dumb terminal says otherwise; an option beats both")
    {
        CHECK(wants_color(when::automatic, true, {}));
        CHECK_FALSE(wants_color(when::automatic, false, {}));
        CHECK_FALSE(wants_color(when::automatic, true, {.no_color = true}));
        CHECK_FALSE(wants_color(when::automatic, true, {.dumb = true}));
        CHECK(wants_color(when::always, false, {.no_color = true, .dumb = true}));
        CHECK_FALSE(wants_color(when::never, true, {}));
    }

    TEST_CASE("console: a live line is cut to one row, the cursor's column left free")
    {
        CHECK(cut_to_row("0123456789", 11) == "0123456789");
        CHECK(cut_to_row("0123456789", 10) == "012345678");
        CHECK(cut_to_row("0123456789", 1).empty());
        CHECK(cut_to_row("0123456789", 0) == "0123456789");
    }

    TEST_CASE("console: the terminal's own width counts")
    {
        std::string shown;
        {
            stderr_terminal const narrow{8};
            console out{{.progress = when::always}, {}};
            out.live("0123456789");
            shown = narrow.shown();
        }
        CHECK(shown == "\r\x1b[K0123456");
    }
}
