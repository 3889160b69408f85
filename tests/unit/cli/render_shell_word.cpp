#include "cli/render/shell_word.hpp"
#include "cli/render/visible_text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

using namespace batch_cancel::cli;

namespace
{

// What bash makes of a word.
std::string read_by_bash(std::string const& word)
{
    auto const command = "bash -c 'printf %s \"$1\"' _ " + word;
    auto* const pipe = ::popen(("exec bash <<'END_OF_WORD'\n" + command + "\nEND_OF_WORD\n").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> block{};
    while (auto const count = std::fread(block.data(), 1, block.size(), pipe))
        text.append(block.data(), count);
    CHECK(::pclose(pipe) == 0);
    return text;
}

}  // namespace

TEST_SUITE("render_shell_word")
{
    TEST_CASE("shell word: what needs no quotes has none")
    {
        CHECK(shell_word("https://graph.microsoft.com:443/a_b-c+d,e@f%g") ==
              "https://graph.microsoft.com:443/a_b-c+d,e@f%g");
        CHECK(shell_word("--yes") == "--yes");
        CHECK(shell_word("") == "''");
        CHECK(shell_word("a b") == "'a b'");
        CHECK(shell_word("it's") == R"('it'\''s')");
        CHECK(shell_word("a\nb'\\") == R"($'a\012b\'\\')");
        CHECK(shell_path("-r") == "./-r");
        CHECK(shell_path("-r s") == "'./-r s'");
    }

    TEST_CASE("shell word: a shell reads back what was written, and a terminal shows it as it is")
    {
        std::vector<std::string> words{"$(touch x)", "`x`",          "~",    "*",  "a\\b", "!x",    "a;b",
                                       "\x1b[2J",    "\r",           "\t",   "#",  "=",    "{a,b}", "\xff",
                                       "\xc3\xa4 x", "\xe2\x80\xae", "\x7f", "a\n"};
        for (int byte = 1; byte != 256; ++byte)
            words.push_back("x" + std::string(1, static_cast<char>(byte)) + "7'");
        std::string all;
        for (auto const& word : words)
            all += word;
        words.push_back(all);
        for (auto const& word : words)
        {
            auto const written = shell_word(word);
            CAPTURE(written);
            CHECK(visible_text(written) == written);
        }
        for (auto const& word : {words[0], words[13], all})
            CHECK(read_by_bash(shell_word(word)) == word);
    }
}
