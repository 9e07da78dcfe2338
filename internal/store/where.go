package store

import (
	"fmt"
	"strings"
)

// where collects the conditions of a list whose filters the reader chooses,
// with their arguments. In a condition, $? stands for its argument.
type where struct {
	conditions []string
	args       []any
	limited    bool
}

func (w *where) and(condition string, arg any) {
	w.args = append(w.args, arg)
	w.conditions = append(w.conditions, strings.ReplaceAll(condition, "$?", fmt.Sprintf("$%d", len(w.args))))
}

// text is the WHERE clause, or nothing.
func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// limit adds the last argument.
func (w *where) limit(n int) string {
	w.args = append(w.args, n)
	w.limited = true
	return fmt.Sprintf(" LIMIT $%d", len(w.args))
}

// unlimit takes it away again, to go on with the same conditions.
func (w *where) unlimit() {
	if w.limited {
		w.args, w.limited = w.args[:len(w.args)-1], false
	}
}
