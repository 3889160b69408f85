#include "workload.hpp"

#include <algorithm>
#include <cctype>

namespace batch_cancel::crash
{

namespace
{

std::string in_capitals(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

}  // namespace

workload make_workload(std::vector<std::string> const& pairs, random_source& random)
{
    workload made;
    made.text = "job_id,task_id\n";
    std::vector<std::string const*> before;
    for (auto const& pair : pairs)
    {
        made.text += one_in(random, 10) ? in_capitals(pair) + "\n" : pair + "\n";
        made.pairs.insert(pair);
        before.push_back(&pair);
        ++made.lines;
        if (one_in(random, 25))
        {
            made.text += in_capitals(*before[drawn(random, before.size())]) + "\n";
            ++made.duplicates;
            ++made.lines;
        }
        if (one_in(random, 40))
        {
            made.text += one_in(random, 2) ? "only one column\n" : pair.substr(0, 36) + ",someone@example.com\n";
            ++made.rejected;
            ++made.lines;
        }
        if (one_in(random, 40))
            made.text += "# a remark\n\n";
    }
    return made;
}

workload reordered(workload const& before, std::vector<std::string> const& more, random_source& random)
{
    workload made;
    made.pairs = before.pairs;
    made.pairs.insert(more.begin(), more.end());
    std::vector<std::string> lines(made.pairs.begin(), made.pairs.end());
    std::shuffle(lines.begin(), lines.end(), random);
    made.text = "job_id,task_id\n";
    for (auto const& line : lines)
        made.text += line + "\n";
    made.lines = lines.size();
    return made;
}

}  // namespace batch_cancel::crash
