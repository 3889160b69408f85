#include "board_file.hpp"
#include "command_process.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace batch_cancel::crash;

namespace
{

// A program of the system that writes four times ten bytes to a journal, and syncs it.
struct writer
{
    writer()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "batch-cancel-shim-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error{"no folder for the test"};
        folder = pattern;
        board.emplace(folder / "board");
        std::strcpy((*board)->journal_name, "run.jsonl");
    }

    writer(writer const&) = delete;
    writer& operator=(writer const&) = delete;

    ~writer()
    {
        std::filesystem::remove_all(folder);
    }

    void plan(call_kind kind, deed what, std::uint64_t number, int error = 0)
    {
        (*board)->kind = kind;
        (*board)->what = what;
        (*board)->number = number;
        (*board)->error = error;
    }

    std::unique_ptr<command_process> start(std::string const& name = "run.jsonl") const
    {
        command_setting const setting{.folder = folder,
                                      .program = "/usr/bin/dd",
                                      .arguments = {"if=/dev/zero", "of=" + name, "bs=10", "count=4", "conv=fdatasync"},
                                      .board = board->path()};
        return std::make_unique<command_process>(setting);
    }

    command_end run(std::string const& name = "run.jsonl") const
    {
        auto end = start(name)->wait(std::chrono::seconds{60});
        REQUIRE(end);
        return std::move(*end);
    }

    std::size_t written() const
    {
        return text_of(folder / "run.jsonl").size();
    }

    std::uint64_t calls(call_kind kind) const
    {
        return (*board)->calls[static_cast<std::size_t>(kind)];
    }

    std::filesystem::path folder;
    std::optional<board_file> board;
};

}  // namespace

TEST_SUITE("shim")
{
    TEST_CASE("shim: counts what happens to the journal and changes nothing that is not planned")
    {
        writer fix;
        CHECK(fix.run().code == 0);
        CHECK(fix.written() == 40);
        CHECK(fix.calls(call_kind::open) >= 1);
        CHECK(fix.calls(call_kind::write) == 4);
        CHECK(fix.calls(call_kind::sync) == 1);
        CHECK((*fix.board)->written == 40);
        CHECK((*fix.board)->synced == 40);
        CHECK((*fix.board)->done == 0);
    }

    TEST_CASE("shim: other files are none of its business")
    {
        writer fix;
        fix.plan(call_kind::write, deed::kill_before, 1);
        CHECK(fix.run("another.jsonl").code == 0);
        CHECK(fix.calls(call_kind::write) == 0);
    }

    TEST_CASE("shim: the planned call fails with the planned error")
    {
        writer fix;
        fix.plan(call_kind::write, deed::fail, 3, ENOSPC);
        auto const end = fix.run();
        CHECK(end.code == 1);
        CHECK(end.err.find(std::strerror(ENOSPC)) != std::string::npos);
        CHECK(fix.written() == 20);
        CHECK((*fix.board)->done == 1);
    }

    TEST_CASE("shim: a write that is cut short leaves half of it, and the next one fails")
    {
        writer fix;
        fix.plan(call_kind::write, deed::cut_short, 2, EIO);
        CHECK(fix.run().code == 1);
        CHECK(fix.written() == 15);
    }

    TEST_CASE("shim: a failed sync covers nothing")
    {
        writer fix;
        fix.plan(call_kind::sync, deed::fail, 1, EIO);
        (*fix.board)->is_lasting = 1;
        CHECK(fix.run().code == 1);
        CHECK((*fix.board)->written == 40);
        CHECK((*fix.board)->synced == 0);
    }

    TEST_CASE("shim: the process dies before, within and after a write")
    {
        std::pair<deed, std::size_t> const deaths[] = {
            {deed::kill_before, 20}, {deed::kill_within, 25}, {deed::kill_after, 30}};
        for (auto const& [how, left] : deaths)
        {
            writer fix;
            fix.plan(call_kind::write, how, 3);
            auto const end = fix.run();
            CHECK(end.was_killed);
            CHECK(end.code == 128 + SIGKILL);
            CHECK(fix.written() == left);
            CHECK((*fix.board)->done == 1);
        }
    }

    TEST_CASE("shim: the process pauses after a write and goes on when it is told to")
    {
        writer fix;
        fix.plan(call_kind::write, deed::pause_after, 3);
        auto const process = fix.start();
        REQUIRE(process->wait_until_paused());
        CHECK(fix.written() == 30);
        process->send(SIGCONT);
        auto const end = process->wait(std::chrono::seconds{60});
        REQUIRE(end);
        CHECK(end->code == 0);
        CHECK(fix.written() == 40);
    }

    TEST_CASE("shim: the process dies before and after a sync")
    {
        writer before;
        before.plan(call_kind::sync, deed::kill_before, 1);
        CHECK(before.run().was_killed);
        CHECK((*before.board)->synced == 0);
        writer after;
        after.plan(call_kind::sync, deed::kill_after, 1);
        CHECK(after.run().was_killed);
        CHECK((*after.board)->synced == 40);
    }
}
