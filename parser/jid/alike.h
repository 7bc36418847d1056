// Characters that are alike in everything that XML, stringprep, PRECIS and the bidi rule look at: what a
// character can be exchanged for so that only the name changes, not what is right or wrong about it.
#pragma once

#include <vector>

namespace parser {

// The lower-case characters that `lower` can be exchanged for, itself included, in order: same size in UTF-8,
// category, script, direction, width and joining, as stable under normalisation and case folding, and with an
// upper-case form of the same size where `lower` has one. ASCII letters give a..z, digits 0..9. Empty where
// the character is best left as it is: punctuation, marks, controls, unassigned code points, and characters
// that some preparation step would change. At most 256.
const std::vector<char32_t>& alike(char32_t lower);

// Simple case mappings (Unicode's single-character ones).
char32_t to_lower(char32_t c);
char32_t to_upper(char32_t c);

}  // namespace parser
