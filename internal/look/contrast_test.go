package look_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6})`)

// TestWCAG22_Contrast measures every pair of text and ground the style sheet
// uses: 4.5 to 1 for text (1.4.3), 3 to 1 for the frames of fields and the
// marks of pictures (1.4.11), in both schemes.
func TestWCAG22_Contrast(t *testing.T) {
	css, err := os.ReadFile("static/nakodo.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("the style sheet has no dark scheme")
	}
	dark, _, _ = strings.Cut(dark, "* { box-sizing")
	colours := map[string]string{}
	for scheme, block := range map[string]string{"light": light, "dark": dark} {
		if scheme == "dark" {
			colours = tokens(colours, light)
		}
		colours = tokens(colours, block)
		for _, pair := range []struct {
			least float64
			text  string
			on    string
		}{
			{4.5, "ink ink-2 ink-3 indigo vermilion moss amber", "paper card sunk"},
			{4.5, "indigo", "indigo-weak"}, {4.5, "vermilion", "vermilion-weak"}, {4.5, "moss", "moss-weak"}, {4.5, "amber", "amber-weak"},
			{4.5, "on-solid", "indigo-solid"}, {4.5, "ink-2", "sunk"},
			{3, "line-strong indigo vermilion amber", "paper card"},
		} {
			for _, fg := range strings.Fields(pair.text) {
				for _, bg := range strings.Fields(pair.on) {
					if got := ratio(colours[fg], colours[bg]); got < pair.least {
						t.Errorf("%s: %s %s on %s %s: %.2f, want %.1f", scheme, fg, colours[fg], bg, colours[bg], got, pair.least)
					}
				}
			}
		}
	}
}

func tokens(old map[string]string, block string) map[string]string {
	all := map[string]string{}
	for k, v := range old {
		all[k] = v
	}
	for _, m := range token.FindAllStringSubmatch(block, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// ratio is the contrast of two colours (WCAG 2.2, "contrast ratio").
func ratio(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return math.NaN()
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
