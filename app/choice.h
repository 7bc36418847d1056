// Options that take one of a few words, and stand for a value of any type.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace app {

// Adds the option; a word that is not among the choices is refused with the list of them. `target` keeps its
// value where the option is not given, and must outlive the parsing.
template <typename T>
CLI::Option* add_choice(CLI::App& options, const std::string& name, T& target,
                        std::vector<std::pair<std::string, T>> choices, const std::string& help) {
  std::vector<std::string> words;
  std::string shown;
  for (const auto& [word, value] : choices) {
    words.push_back(word);
    shown += (shown.empty() ? "" : "|") + word;
  }
  return options
      .add_option_function<std::string>(
          name,
          [&target, choices = std::move(choices)](const std::string& given) {
            for (const auto& [word, value] : choices) {
              if (word == given) target = value;
            }
          },
          help)
      ->check(CLI::IsMember(words).description(""))
      ->type_name(shown);
}

}  // namespace app
