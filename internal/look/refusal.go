package look

// Refusal is the page that says what went wrong and what to do next.
type Refusal struct {
	Base
	Text      string // the refusal's sentence, in the reader's language
	Problems  []Wrong
	Reference string // the number under which the log has the details; "" for refusals without any
	Back      string // where to go on from here
}

// Wrong is one thing wrong with one field, in words.
type Wrong struct{ Field, Text string }
