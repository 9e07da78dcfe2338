package store

import (
	"fmt"
	"slices"
	"strings"
)

// where collects the conditions of a list whose filters the reader chooses,
// with their arguments. In a condition, $? stands for its argument.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, arg any) { *w = w.with(condition, arg) }

// with is w with one condition more; w itself stays.
func (w where) with(condition string, arg any) where {
	condition = strings.ReplaceAll(condition, "$?", fmt.Sprintf("$%d", len(w.args)+1))
	return where{append(slices.Clip(w.conditions), condition), append(slices.Clip(w.args), arg)}
}

// text is the WHERE clause, or nothing.
func (w where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// query is a statement with its arguments.
type query struct {
	text string
	args []any
}

// limited ends a statement that has these conditions with a LIMIT.
func (w where) limited(head string, n int, tail string) query {
	return query{fmt.Sprintf("%s LIMIT $%d%s", head, len(w.args)+1, tail), append(slices.Clip(w.args), n)}
}
