#include "viewer/model/jid_lens.h"

#include "parser/jid/explanation.h"

namespace viewer {

JidLens look_at_address(std::string_view address, const Drawable& drawable) {
  const auto shown = [&](std::string_view text) { return display_text(text, Lines::kEscape, drawable); };
  JidLens lens;
  lens.address = address;
  lens.shown = shown(address);
  const parser::JidExplanation both[] = {parser::explain_jid(address, parser::JidProfile::kRfc3920),
                                         parser::explain_jid(address, parser::JidProfile::kRfc7622)};
  for (const parser::JidExplanation& one : both) {
    LensVerdict verdict;
    verdict.profile = one.profile == parser::JidProfile::kRfc3920 ? "RFC 3920" : "RFC 7622";
    if (const parser::Jid* jid = one.jid()) {
      verdict.valid = true;
      verdict.outcome = shown(jid->full());
    } else {
      const parser::JidError& error = *one.error();
      verdict.outcome = std::string(parser::name(error.part)) + ", byte " + std::to_string(error.offset) +
                        ": " + shown(error.message) + " (" + std::string(error.clause) + ")";
    }
    for (const parser::JidStep& step : one.steps) {
      LensStep row{std::string(parser::name(step.part)),
                   std::string(step.name),
                   shown(step.before),
                   step.passed ? shown(step.after) : "refused",
                   std::string(step.clause),
                   step.passed && step.before != step.after,
                   !step.passed};
      verdict.steps.push_back(std::move(row));
    }
    for (const parser::JidNote& note : one.notes) {
      verdict.notes.push_back(std::string(parser::name(note.part)) + ": " + shown(note.message) + " (" +
                              std::string(note.clause) + ")");
    }
    lens.verdicts.push_back(std::move(verdict));
  }
  for (const std::string& sentence : parser::disagreements(both[0], both[1])) {
    lens.disagreements.push_back(shown(sentence));
  }
  return lens;
}

}  // namespace viewer
