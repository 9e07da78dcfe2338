package look

import (
	"bytes"
	"fmt"
	"html/template"
)

// parseBits reads the small templates behind functions such as field and
// timeline: the drawing in HTML, the reckoning in Go.
func parseBits() (*template.Template, error) {
	t, err := template.ParseFS(ownFiles, "bits/*.html")
	if err != nil {
		return nil, fmt.Errorf("look: %w", err)
	}
	return t, nil
}

// bit sets one small template. Its output is safe: the template escaped it.
func (p *press) bit(name string, data any) (template.HTML, error) {
	var b bytes.Buffer
	if err := p.set.bits.ExecuteTemplate(&b, name+".html", data); err != nil {
		return "", fmt.Errorf("look: %s: %w", name, err)
	}
	return template.HTML(b.String()), nil
}
