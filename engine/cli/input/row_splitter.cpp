#include "cli/input/row_splitter.hpp"

#include <algorithm>

namespace batch_cancel::cli
{

std::string_view row_splitter::trimmed(std::string_view text) const noexcept
{
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

void row_splitter::skip_blanks(std::string_view text) noexcept
{
    while (at_ != text.size() && is_blank(text[at_]))
        ++at_;
}

void row_splitter::split_plain(std::string_view line, std::size_t wanted)
{
    fields_.clear();
    while (fields_.size() != wanted)
    {
        auto const end = line.find(delimiter_);
        fields_.push_back(trimmed(line.substr(0, end)));
        if (end == std::string_view::npos)
            return;
        line.remove_prefix(end + 1);
    }
}

row_splitter::state row_splitter::split(std::string_view text, bool at_end)
{
    fields_.clear();
    unescaped_.clear();
    at_ = 0;
    for (;;)
    {
        auto const start = at_;
        skip_blanks(text);
        bool const quoted = at_ != text.size() && text[at_] == '"';
        if (!quoted)
            at_ = start;
        if (auto const taken = quoted ? take_quoted(text, at_end) : take_unquoted(text, at_end); taken != state::whole)
            return taken;
        switch (pass_separator(text, at_end))
        {
        case after_field::next_field:
            break;
        case after_field::row_end:
            return state::whole;
        case after_field::cut:
            return state::cut;
        case after_field::other_text:
            return state::text_after_quote;
        }
    }
}

row_splitter::state row_splitter::take_quoted(std::string_view text, bool at_end)
{
    auto const open = at_++;
    auto const limit = std::min(text.size(), open + 2 + longest_quoted);
    auto segment = at_;
    auto const unescaped_from = unescaped_.size();
    bool doubled = false;
    for (;;)
    {
        auto const quote = text.substr(0, limit).find('"', at_);
        if (quote == std::string_view::npos)
            return limit != text.size() || at_end ? state::unclosed_quote : state::cut;
        if (quote + 1 == text.size() && !at_end)
            return state::cut;
        at_ = quote + 1;
        if (at_ == text.size() || text[at_] != '"')
            break;
        if (!doubled)
            unescaped_.reserve(text.size());
        doubled = true;
        unescaped_.append(text, segment, at_ - segment);
        segment = ++at_;
    }
    auto const last = text.substr(segment, at_ - 1 - segment);
    if (doubled)
        unescaped_.append(last);
    fields_.push_back(doubled ? std::string_view{unescaped_}.substr(unescaped_from) : last);
    skip_blanks(text);
    return state::whole;
}

row_splitter::state row_splitter::take_unquoted(std::string_view text, bool at_end)
{
    auto const start = at_;
    while (at_ != text.size() && text[at_] != delimiter_ && text[at_] != '\n')
        ++at_;
    if (at_ == text.size() && !at_end)
        return state::cut;
    bool const ends_row = at_ == text.size() || text[at_] == '\n';
    if (ends_row && at_ != start && text[at_ - 1] == '\r')
        --at_;
    fields_.push_back(trimmed(text.substr(start, at_ - start)));
    return state::whole;
}

row_splitter::after_field row_splitter::pass_separator(std::string_view text, bool at_end) noexcept
{
    if (at_ != text.size() && text[at_] == delimiter_)
    {
        ++at_;
        return after_field::next_field;
    }
    auto const line_end = at_ != text.size() && text[at_] == '\r' ? at_ + 1 : at_;
    if (line_end == text.size())
    {
        if (!at_end)
            return after_field::cut;
        at_ = line_end;
        return after_field::row_end;
    }
    if (text[line_end] != '\n')
        return after_field::other_text;
    at_ = line_end + 1;
    return after_field::row_end;
}

}  // namespace batch_cancel::cli
