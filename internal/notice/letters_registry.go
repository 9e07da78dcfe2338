package notice

import (
	"strconv"
	"time"
)

// The letters to the parties of the registry. They say what is asked of whom, and
// never which address or key: who may read an old mailbox is in doubt when it is
// to be replaced, and who reads a new one is not known yet.

// RegistrationMoved says what has become of an application; step is a sentence
// in the recipient's language.
func RegistrationMoved(h Head, step string) Letter {
	return h.letter(RegistrationMovedKind).with("step", step)
}

// ChangeAsked warns whoever has the present address; what is "the mail address"
// or "the key" in the recipient's language.
func ChangeAsked(h Head, what string) Letter {
	return h.letter(ChangeAskedKind).with("what", what)
}

// AddressNamed tells a new address that it was named. It does not say for whom:
// it may have been mistyped.
func AddressNamed(h Head) Letter { return h.letter(AddressNamedKind) }

// ChangeMade tells whoever had the old address that it is no longer written to.
func ChangeMade(h Head, what string) Letter {
	return h.letter(ChangeMadeKind).with("what", what)
}

// ContactAdded tells the contacts of an organisation that it has one more.
func ContactAdded(h Head, who string) Letter {
	return h.letter(ContactAddedKind).detail("recipient", who)
}

// ChangeAnswered tells whoever asked for a change whether it was made; answer is
// a sentence in the recipient's language.
func ChangeAnswered(h Head, answer string) Letter {
	return h.letter(ChangeAnsweredKind).with("answer", answer)
}

// StillRight asks once a year whether the record is right.
func StillRight(h Head, by time.Time) Letter {
	return h.letter(StillRightKind).with("by", h.when(by))
}

// NewKeywords asks a vendor the questions that the list of technology keywords
// has got since it answered; n is how many are open.
func NewKeywords(h Head, n int) Letter {
	return h.letter(NewKeywordsKind).with("n", strconv.Itoa(n))
}
