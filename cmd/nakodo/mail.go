package main

import (
	"context"
	"fmt"
	"io"

	"nakodo/internal/keys"
	"nakodo/internal/mail"
)

// Exit codes of sysexits.h, which mail servers understand: with tempFail they
// keep the letter and try again.
const tempFail = 75

// maxLetter bounds what is read from the mail server, in bytes.
const maxLetter = 50 << 20

// mailCommand takes in the letter on the standard input. Whatever it is, it is
// kept: an error means "try again", never "lost".
func mailCommand(ctx context.Context, e env, args []string) int {
	if len(args) == 0 || args[0] != "deliver" {
		return fail(e, "mail", fmt.Errorf("%w: say deliver --data DIR < MESSAGE", errUsage))
	}
	dir, rest, ok := dataDir(e, "mail deliver", args[1:], nil)
	if !ok {
		return 2
	}
	raw, err := io.ReadAll(io.LimitReader(e.in, maxLetter+1))
	if err != nil || len(raw) == 0 {
		fmt.Fprintln(e.err, "nakodo mail deliver: no letter came in on the standard input")
		return tempFail
	}
	c, err := open(ctx, e, dir)
	if err != nil {
		fail(e, "mail deliver", err)
		return tempFail
	}
	defer c.close()
	if to := e.getenv("RECIPIENT"); len(rest) == 0 && to != "" {
		rest = []string{to} // Exim and OpenSMTPD say it there, Postfix as an argument
	}
	state, err := c.mailDoor().Deliver(ctx, raw, mail.Envelope{From: e.getenv("SENDER"), To: rest})
	if err != nil {
		fail(e, "mail deliver", c.say(err))
		return tempFail
	}
	fmt.Fprintln(e.out, state)
	return 0
}

// mailDoor is the door for letters.
func (c *centre) mailDoor() mail.Door {
	return mail.Door{Desk: c.desk, Reader: mail.Reader{
		Marks: c.marks, Box: c.box, Mine: []*keys.Private{c.desk.Key}, Signers: c.desk.Signers,
		Limits: mail.Limits{Letter: maxLetter},
	}}
}
