// Messages as chats: by conversation, a line a message, days between them.
#pragma once

#include <exhibit/exhibit.hpp>
#include <map>
#include <string>
#include <vector>

namespace exhibit::cli {

/// What a chat's head says, from its Conversation.
struct ChatHead {
  std::string title, type;
  std::size_t members = 0;
};

class ChatView {
 public:
  /// Reads the conversations of the case. `zone`: the name of the one in which times are shown.
  ChatView(Case& opened, std::string zone);

  void add(const RecordView& message);
  /// Prints the chats in the order of their first message.
  void print() const;

 private:
  using ChatKey = std::string;  // exhibit, app, conversation id
  struct Chat {
    std::string exhibit, app, id;
    std::vector<Record> messages;
  };

  std::string zone_;
  std::map<ChatKey, ChatHead> heads_;
  std::vector<Chat> chats_;
  std::map<ChatKey, std::size_t> places_;
};

}  // namespace exhibit::cli
