package main

import (
	"errors"
	"fmt"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/words"
)

// spoken puts a refusal into English sentences. On the machine itself nothing
// has to be kept from the reader, so the cause is named too.
func spoken(err error, say words.Catalogue) error {
	f := fault.Of(err)
	if f == nil {
		return err
	}
	parts := []string{say.Say(words.EN, f.Key, f.Args)}
	for _, p := range f.Problems {
		parts = append(parts, p.Field+": "+say.Say(words.EN, p.Key, p.Args))
	}
	if f.Cause != nil {
		parts = append(parts, fmt.Sprintf("(%v)", f.Cause))
	}
	return errors.New(strings.Join(parts, "\n  "))
}
