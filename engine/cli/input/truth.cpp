#include "cli/input/truth.hpp"

#include "cli/input/characters.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace batch_cancel::cli
{

namespace
{

using namespace std::string_view_literals;

// As Excel and LibreOffice show their two logical values, in lower case. A word that is missing here counts as true, which is
// the safe side; the warning about it tells.
constexpr std::array words_for_false{
    "0"sv,
    "no"sv,                                                                // programs
    "false"sv,                                                             // English, Asian languages
    "falsch"sv,                                                            // German
    "faux"sv,                                                              // French
    "falso"sv,                                                             // Italian, Spanish, Portuguese
    "fals"sv,                                                              // Catalan, Romanian
    "onwaar"sv,                                                            // Dutch
    "falskt"sv,                                                            // Swedish
    "falsk"sv,                                                             // Danish
    "usann"sv,                                                             // Norwegian
    "usant"sv,                                                             // Norwegian Nynorsk
    "ep\xc3\xa4tosi"sv,                                                    // Finnish
    "fa\xc5\x82sz"sv,                                                      // Polish
    "nepravda"sv,                                                          // Czech, Slovak
    "hamis"sv,                                                             // Hungarian
    "yanli\xc5\x9f"sv,                                                     // Turkish
    "\xd0\xbb\xd0\xbe\xd0\xb6\xd1\x8c"sv,                                  // Russian
    "\xd1\x85\xd0\xb8\xd0\xb1\xd0\xbd\xd1\x96\xd1\x81\xd1\x82\xd1\x8c"sv,  // Ukrainian
    "\xd0\xbd\xd0\xb5\xd0\xb2\xd1\x8f\xd1\x80\xd0\xbd\xd0\xbe"sv,          // Bulgarian
    "\xd0\xbd\xd0\xb5\xd1\x82\xd0\xb0\xd1\x87\xd0\xbd\xd0\xbe"sv,          // Serbian
    "neta\xc4\x8dno"sv,                                                    // Serbian, Croatian
    "\xcf\x88\xce\xb5\xcf\x85\xce\xb4\xce\xae\xcf\x83"sv,                  // Greek, with the accent
    "\xcf\x88\xce\xb5\xcf\x85\xce\xb4\xce\xb7\xcf\x83"sv,                  // Greek
    "\xcf\x88\xce\xb5\xcf\x85\xce\xb4\xce\xb5\xcf\x83"sv,                  // Greek, neuter
    "v\xc3\xa4\xc3\xa4r"sv,                                                // Estonian
    "aplams"sv,                                                            // Latvian
    "klaidinga"sv,                                                         // Lithuanian
    "faltsua"sv,                                                           // Basque
};

constexpr std::array words_for_true{
    "1"sv,
    "yes"sv,                                               // programs
    "true"sv,                                              // English, Asian languages
    "wahr"sv,                                              // German
    "vrai"sv,                                              // French
    "vero"sv,                                              // Italian
    "verdadero"sv,                                         // Spanish
    "verdadeiro"sv,                                        // Portuguese
    "cert"sv,                                              // Catalan
    "adev\xc4\x83rat"sv,                                   // Romanian
    "waar"sv,                                              // Dutch
    "sant"sv,                                              // Swedish, Norwegian Nynorsk
    "sand"sv,                                              // Danish
    "sann"sv,                                              // Norwegian
    "tosi"sv,                                              // Finnish
    "prawda"sv,                                            // Polish
    "pravda"sv,                                            // Czech, Slovak
    "igaz"sv,                                              // Hungarian
    "do\xc4\x9fru"sv,                                      // Turkish
    "\xd0\xb8\xd1\x81\xd1\x82\xd0\xb8\xd0\xbd\xd0\xb0"sv,  // Russian
    "\xd1\x96\xd1\x81\xd1\x82\xd0\xb8\xd0\xbd\xd0\xb0"sv,  // Ukrainian
    "\xd0\xb2\xd1\x8f\xd1\x80\xd0\xbd\xd0\xbe"sv,          // Bulgarian
    "\xd1\x82\xd0\xb0\xd1\x87\xd0\xbd\xd0\xbe"sv,          // Serbian
    "ta\xc4\x8dno"sv,                                      // Serbian, Croatian
    "\xce\xb1\xce\xbb\xce\xb7\xce\xb8\xce\xae\xcf\x83"sv,  // Greek, with the accent
    "\xce\xb1\xce\xbb\xce\xb7\xce\xb8\xce\xb7\xcf\x83"sv,  // Greek
    "\xce\xb1\xce\xbb\xce\xb7\xce\xb8\xce\xb5\xcf\x83"sv,  // Greek, neuter
    "t\xc3\xb5"
    "ene"sv,       // Estonian
    "patiess"sv,   // Latvian
    "teisinga"sv,  // Lithuanian
    "egiazkoa"sv,  // Basque
};

std::string word_in_lower_case(std::string_view text)
{
    std::string lower;
    while (!text.empty())
    {
        auto const next = first_character(text);
        append_utf8(lower, lower_case(next.code_point));
        text.remove_prefix(next.size);
    }
    return lower;
}

}  // namespace

truth read_truth(std::string_view text)
{
    if (text == "false" || text.empty())  // as our own reports have it
        return truth::no;
    if (text == "true")
        return truth::yes;
    auto const word = word_in_lower_case(without_unseen_ends(text));
    auto const is_among = [&word](auto const& words)
    { return std::find(words.begin(), words.end(), word) != words.end(); };
    if (word.empty() || is_among(words_for_false))
        return truth::no;
    return is_among(words_for_true) ? truth::yes : truth::unknown;
}

}  // namespace batch_cancel::cli
