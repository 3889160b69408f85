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
        auto const rest = text.substr(at_);
        bool const quoted = rest.starts_with('"');
        auto taken = state::text_after_quote;
        if (rest.starts_with("=\""))
            taken = take_formula(text, at_end);
        if (taken == state::text_after_quote)
        {
            if (!quoted)
                at_ = start;
            taken = quoted ? take_quoted(text, at_end) : take_unquoted(text, at_end);
        }
        if (taken != state::whole)
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

// A field like ="a,b" on one line, as programs write what a spreadsheet is to take for text. What only begins like one is a
// usual field, which the answer text_after_quote stands for.
row_splitter::state row_splitter::take_formula(std::string_view text, bool at_end)
{
    auto const start = at_;
    auto end = start + 2;
    while (end != text.size() && text[end] != '\r' && text[end] != '\n')
    {
        if (text[end] != '"')
            ++end;
        else if (text.substr(end, 2) == "\"\"")
            end += 2;
        else
            break;
    }
    auto after = end + (end != text.size() && text[end] == '"' ? 1 : 0);
    while (after != text.size() && is_blank(text[after]))
        ++after;
    if (after == text.size() && !at_end)
        return state::cut;
    bool const is_closed = end != text.size() && text[end] == '"';
    bool const ends_field =
        after == text.size() || text[after] == delimiter_ || text[after] == '\r' || text[after] == '\n';
    if (!is_closed || !ends_field)
        return state::text_after_quote;
    fields_.push_back(text.substr(start, end + 1 - start));
    at_ = after;
    return state::whole;
}

row_splitter::state row_splitter::take_unquoted(std::string_view text, bool at_end)
{
    auto const start = at_;
    while (at_ != text.size() && text[at_] != delimiter_ && text[at_] != '\n' && text[at_] != '\r')
        ++at_;
    if (at_ == text.size() && !at_end)
        return state::cut;
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
    if (at_ == text.size())
        return at_end ? after_field::row_end : after_field::cut;
    if (text[at_] != '\n' && text[at_] != '\r')
        return after_field::other_text;
    if (text[at_++] == '\n')
        return after_field::row_end;
    if (at_ == text.size() && !at_end)  // an LF that belongs to the CR may follow
    {
        --at_;
        return after_field::cut;
    }
    if (at_ != text.size() && text[at_] == '\n')
        ++at_;
    return after_field::row_end;
}

}  // namespace batch_cancel::cli
