#include "chat_view.h"

#include <algorithm>
#include <cstdio>

#include "artefact_text.h"
#include "color.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr std::size_t kNameWidth = 14;
constexpr std::size_t kTextWidth = 64;
constexpr std::size_t kLineWidth = 100;

std::string chat_key(const std::string& exhibit, const std::string& app, const std::string& id) {
  return exhibit + '\n' + app + '\n' + id;
}

std::string exhibit_of(const RecordView& artefact) {
  static const exhibit_field field = exhibit_field_find("provenance.exhibit");
  return artefact.text(field);
}

std::string app_of(const RecordView& artefact) {
  static const exhibit_field field = exhibit_field_find("app");
  return artefact.text(field);
}

void more(const std::string& text) { std::printf("%*s%s\n", static_cast<int>(kNameWidth + 12), "", text.c_str()); }

std::string group_event_text(const RecordView& message) {
  const RecordView event = message.child(EXHIBIT_MESSAGE_GROUP_EVENT);
  if (!event) return {};
  const exhibit_field place = EXHIBIT_MESSAGE_GROUP_EVENT;
  std::string text = "* " + event.text(EXHIBIT_IN(place, EXHIBIT_GROUP_EVENT_ACTION));
  const exhibit_field targets = EXHIBIT_IN(place, EXHIBIT_GROUP_EVENT_TARGETS);
  for (std::size_t i = 0; i < event.count(targets); ++i)
    text += (i == 0 ? " " : ", ") + party_name(event.child(targets, i), targets);
  const std::string value = clean(event.text(EXHIBIT_IN(place, EXHIBIT_GROUP_EVENT_NEW_VALUE)));
  if (!value.empty()) text += " \"" + value + "\"";
  return text;
}

std::string main_text(const RecordView& message) {
  const std::string mark = state_mark(message);
  std::string text = clean(message.text(EXHIBIT_MESSAGE_TEXT), Lines::keep);
  const std::string type = message.text(EXHIBIT_MESSAGE_TYPE);
  if (text.empty()) text = group_event_text(message);
  if (text.empty() && message.count(EXHIBIT_MESSAGE_ATTACHMENTS) == 0 && !message.child(EXHIBIT_MESSAGE_LOCATION))
    text = "[" + (type.empty() ? "no text" : type) + "]";
  return mark + text;
}

void print_quote(const RecordView& message) {
  const RecordView quote = message.child(EXHIBIT_MESSAGE_REPLY_TO);
  if (!quote) return;
  const exhibit_field place = EXHIBIT_MESSAGE_REPLY_TO;
  const std::string text = clean(quote.text(EXHIBIT_IN(place, EXHIBIT_QUOTE_TEXT)));
  const exhibit_field sender = EXHIBIT_IN(place, EXHIBIT_QUOTE_SENDER);
  const std::string who = party_name(quote.child(sender), sender);
  more("> " + (who.empty() ? "" : who + ": ") +
       (text.empty() ? "message " + clean(quote.text(EXHIBIT_IN(place, EXHIBIT_QUOTE_MESSAGE_ID))) : text));
}

void print_attachments(const RecordView& message) {
  for (std::size_t i = 0; i < message.count(EXHIBIT_MESSAGE_ATTACHMENTS); ++i) {
    const RecordView file = message.child(EXHIBIT_MESSAGE_ATTACHMENTS, i);
    const auto text = [&](exhibit_field f) { return clean(file.text(EXHIBIT_IN(EXHIBIT_MESSAGE_ATTACHMENTS, f))); };
    std::string shown = "[" + (text(EXHIBIT_FILE_MIME).empty() ? "file" : text(EXHIBIT_FILE_MIME)) + "] ";
    const std::string name = text(EXHIBIT_FILE_NAME).empty() ? text(EXHIBIT_FILE_PATH) : text(EXHIBIT_FILE_NAME);
    shown += name;
    const auto size = file.integer(EXHIBIT_IN(EXHIBIT_MESSAGE_ATTACHMENTS, EXHIBIT_FILE_SIZE_BYTES));
    if (size) shown += "  " + bytes_text(static_cast<std::uint64_t>(*size));
    const std::string missing = text(EXHIBIT_FILE_MISSING);
    if (!missing.empty()) shown += "  (" + missing + ")";
    more(shown);
  }
}

void print_place(const RecordView& message) {
  const RecordView place = message.child(EXHIBIT_MESSAGE_LOCATION);
  if (!place) return;
  const auto text = [&](exhibit_field f) { return clean(place.text(EXHIBIT_IN(EXHIBIT_MESSAGE_LOCATION, f))); };
  const std::string name = text(EXHIBIT_GEO_NAME);
  more("[place] " + text(EXHIBIT_GEO_LATITUDE) + ", " + text(EXHIBIT_GEO_LONGITUDE) +
       (name.empty() ? "" : "  " + name));
}

void print_reactions(const RecordView& message) {
  for (std::size_t i = 0; i < message.count(EXHIBIT_MESSAGE_REACTIONS); ++i) {
    const RecordView reaction = message.child(EXHIBIT_MESSAGE_REACTIONS, i);
    const auto in = [](exhibit_field f) { return EXHIBIT_IN(EXHIBIT_MESSAGE_REACTIONS, f); };
    std::string what = clean(reaction.text(in(EXHIBIT_REACTION_EMOJI)));
    if (what.empty()) what = clean(reaction.text(in(EXHIBIT_REACTION_KIND)));
    const std::string who = party_name(reaction.child(in(EXHIBIT_REACTION_BY)), in(EXHIBIT_REACTION_BY));
    const bool is_removed = reaction.integer(in(EXHIBIT_REACTION_IS_REMOVED)).value_or(0) != 0;
    more(what + " " + who + (is_removed ? " (taken back)" : ""));
  }
}

void print_edits(const RecordView& message) {
  for (std::size_t i = 0; i < message.count(EXHIBIT_MESSAGE_REVISIONS); ++i) {
    const RecordView revision = message.child(EXHIBIT_MESSAGE_REVISIONS, i);
    const auto in = [](exhibit_field f) { return EXHIBIT_IN(EXHIBIT_MESSAGE_REVISIONS, f); };
    more("was: \"" + clean(revision.text(in(EXHIBIT_REVISION_TEXT))) + "\"  " + revision.text(in(EXHIBIT_REVISION_AT)));
  }
}

std::string sender_of(const RecordView& message) {
  const std::string direction = message.text(EXHIBIT_MESSAGE_DIRECTION);
  if (direction == "system") return "";
  const std::string name = party_name(message.child(EXHIBIT_MESSAGE_SENDER), EXHIBIT_MESSAGE_SENDER);
  return name.empty() && direction == "outgoing" ? "Owner" : name;
}

void print_message(const RecordView& message) {
  const ShownTime at = shown_time(message);
  const bool is_own = message.text(EXHIBIT_MESSAGE_DIRECTION) == "outgoing";
  std::string text = main_text(message);
  // The id stands beside the first line; a long text goes on below.
  std::string first = text.substr(0, text.find('\n'));
  std::string rest = first.size() < text.size() ? text.substr(first.size() + 1) : "";
  if (display_width(first) > kTextWidth) {
    std::size_t cut = first.rfind(' ', kTextWidth);
    if (cut == std::string::npos || cut == 0) cut = first.size();
    rest = first.substr(std::min(first.size(), cut + 1)) + (rest.empty() ? "" : "\n" + rest);
    first = first.substr(0, cut);
  }
  std::string shown = fit(first, std::max(kTextWidth, display_width(first)));
  const std::string mark = state_mark(message);
  if (shown.starts_with(mark)) shown = styled(Style::deleted, mark) + shown.substr(mark.size());
  std::printf("%-8s  %s%s %s  %s\n", at.day.empty() ? "no time" : at.clock.c_str(),
              fit(sender_of(message), kNameWidth).c_str(), is_own ? ">" : " ", shown.c_str(),
              short_id(message).c_str());
  while (!rest.empty()) {
    const std::string part = rest.substr(0, rest.find('\n'));
    more(part);
    rest = part.size() < rest.size() ? rest.substr(part.size() + 1) : "";
  }
  print_quote(message);
  print_attachments(message);
  print_place(message);
  print_edits(message);
  print_reactions(message);
}

void print_day(const ShownTime& at, const std::string& zone_name) {
  std::string line = "-- " + at.day + " ";
  std::string zone = at.zone == "Z" ? " UTC" : at.zone;
  if (at.zone != "Z" && at.zone != " local") zone = " " + (zone_name.empty() ? "" : zone_name + " ") + at.zone;
  const std::string end = " times" + zone + " --";
  line += std::string(kLineWidth - std::min(kLineWidth - 2, line.size() + end.size()), '-') + end;
  std::printf("%s\n", styled(Style::quiet, line).c_str());
}

}  // namespace

ChatView::ChatView(Case& opened, std::string zone) : zone_(std::move(zone)) {
  Cursor conversations = opened.query(EXHIBIT_CONVERSATION).run();
  while (const auto conversation = conversations.next()) {
    ChatHead head;
    head.title = conversation->text(EXHIBIT_CONVERSATION_TITLE);
    head.type = conversation->text(EXHIBIT_CONVERSATION_TYPE);
    head.members = conversation->count(EXHIBIT_CONVERSATION_MEMBERS);
    heads_[chat_key(exhibit_of(*conversation), app_of(*conversation),
                    conversation->text(EXHIBIT_CONVERSATION_CONVERSATION_ID))] = head;
  }
}

void ChatView::add(const RecordView& message) {
  const std::string exhibit = exhibit_of(message);
  const std::string app = app_of(message);
  const std::string id = message.text(EXHIBIT_MESSAGE_CONVERSATION_ID);
  const auto [place, is_new] = places_.try_emplace(chat_key(exhibit, app, id), chats_.size());
  if (is_new) chats_.push_back({exhibit, app, id, {}});
  chats_[place->second].messages.emplace_back(exhibit_record_copy(message.get()));
}

void ChatView::print() const {
  for (const Chat& chat : chats_) {
    const auto head = heads_.find(chat_key(chat.exhibit, chat.app, chat.id));
    std::string title = chat.id.empty() ? "in no conversation" : clean(chat.id);
    if (head != heads_.end()) {
      title = (head->second.title.empty() ? "" : "\"" + clean(head->second.title) + "\"  ") + head->second.type +
              (head->second.members > 1 ? ", " + std::to_string(head->second.members) + " members" : "") + "  " + title;
    }
    const std::string head_line = clean(chat.app) + "  " + title + "  " + clean(chat.exhibit);
    std::printf("%s\n", styled(Style::heading, head_line).c_str());
    std::string day;
    std::size_t deleted = 0;
    for (const Record& message : chat.messages) {
      const ShownTime at = shown_time(message);
      const std::string on = at.day + at.zone;
      if (!at.day.empty() && on != day) print_day(at, zone_);
      day = on;
      print_message(message);
      deleted += state_mark(message).empty() ? 0u : 1u;
    }
    std::printf("%zu messages", chat.messages.size());
    if (deleted != 0) std::printf(", %zu of them deleted or recovered", deleted);
    std::printf("\n\n");
  }
}

}  // namespace exhibit::cli
