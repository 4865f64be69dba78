package inbox

import "github.com/google/uuid"

// ListQuery and Reads let tests look at the plans of what people wait for.
var ListQuery = listQuery

var Reads = map[string]string{
	"one conversation": qConversation, "thread before": qThreadBefore, "thread after": qThreadAfter, "one message": qMessage,
	"attachments": qAttachments, "notes": qNotes, "history": qHistory, "draft": qDraft,
	"attended": qAttended,
}

// Wire is the message as the API shows it.
func Wire(ws uuid.UUID, m Message) MessageView { return viewMessage(ws)(m) }
