package look_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"nakodo/internal/look"
	"nakodo/internal/look/looktest"
	"nakodo/internal/look/looktest/gallery"
	"nakodo/internal/words"
)

func TestGallery(t *testing.T) {
	set, _, err := gallery.Set()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []words.Lang{words.EN, words.JA} {
		var examples []look.Paper
		for _, p := range gallery.Examples(l) {
			examples = append(examples, p)
		}
		looktest.Set(t, set, examples...)
	}
}

type thing struct {
	look.Base
	At   time.Time
	Text words.Text
	N    int
}

// set makes a set of one bare page out of its main block.
func set(t *testing.T, main string) *look.Set {
	t.Helper()
	s, err := newSet(map[string]string{"thing": main}, look.Page{Name: "thing", Shell: look.Bare, Of: thing{}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSet(files map[string]string, list ...look.Page) (*look.Set, error) {
	fsys := fstest.MapFS{}
	for name, main := range files {
		fsys["pages/"+name+".html"] = &fstest.MapFile{Data: []byte(main)}
	}
	say, err := words.Load()
	if err != nil {
		return nil, err
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		return nil, err
	}
	return look.NewSet(say, static, fsys, "pages", list)
}

func render(t *testing.T, s *look.Set, p thing) string {
	t.Helper()
	b, err := s.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func TestNewSetRefuses(t *testing.T) {
	ok := `{{define "main"}}x{{end}}`
	for name, tt := range map[string]struct {
		files map[string]string
		list  []look.Page
		want  string
	}{
		"undeclared file": {map[string]string{"a": ok, "b": ok}, []look.Page{{Name: "a", Shell: look.Bare, Of: thing{}}}, "no page declares pages/b.html"},
		"missing file":    {map[string]string{}, []look.Page{{Name: "a", Shell: look.Bare, Of: thing{}}}, "page a"},
		"unparsable":      {map[string]string{"a": `{{define "main"}}{{if}}{{end}}`}, []look.Page{{Name: "a", Shell: look.Bare, Of: thing{}}}, "page a"},
		"no main":         {map[string]string{"a": `x`}, []look.Page{{Name: "a", Shell: look.Bare, Of: thing{}}}, `defines no block "main"`},
		"unknown shell":   {map[string]string{"a": ok}, []look.Page{{Name: "a", Shell: "x", Of: thing{}}}, "shell x"},
		"one struct":      {map[string]string{"a": ok, "b": ok}, []look.Page{{Name: "a", Shell: look.Bare, Of: thing{}}, {Name: "b", Shell: look.Bare, Of: thing{}}}, "share the struct"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newSet(tt.files, tt.list...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestWriteSendsNothingWhenRenderingFails(t *testing.T) {
	s := set(t, `{{define "main"}}before {{badge "purple" "x"}}{{end}}`)
	w := httptest.NewRecorder()
	if err := s.Write(w, 200, thing{}); err == nil || w.Body.Len() != 0 || len(w.Header()) != 0 {
		t.Errorf("err %v, body %q, header %v", err, w.Body, w.Header())
	}
}

func TestTime(t *testing.T) {
	tokyo, now := time.FixedZone("JST", 9*3600), time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	kathmandu := time.FixedZone("", 5*3600+45*60)
	for _, tt := range []struct {
		do   string
		at   time.Time
		lang words.Lang
		zone *time.Location
		want string
	}{
		{"when", now, words.EN, time.UTC, `<time datetime="2026-11-21T01:00:00Z">21 Nov 2026 01:00 UTC</time>`},
		{"when", now, words.JA, tokyo, `<time datetime="2026-11-21T01:00:00Z">2026-11-21 10:00 JST</time> <span class="muted">(01:00 UTC)</span>`},
		{"when", now.Add(-2 * time.Hour), words.EN, tokyo, `<time datetime="2026-11-20T23:00:00Z">21 Nov 2026 08:00 JST</time> <span class="muted">(20 Nov 2026 23:00 UTC)</span>`},
		{"when", now, words.EN, kathmandu, `<time datetime="2026-11-21T01:00:00Z">21 Nov 2026 06:45 UTC+05:45</time> <span class="muted">(01:00 UTC)</span>`},
		{"when", time.Time{}, words.EN, tokyo, "–"},
		{"day", now.Add(15 * time.Hour), words.JA, tokyo, `<time datetime="2026-11-22">2026-11-22</time>`},
		{"due", now.Add(-48 * time.Hour), words.EN, tokyo, `<time class="due late" datetime="2026-11-19T01:00:00Z">2 days late <small>19 Nov 10:00</small></time>`},
		{"due", now.Add(-time.Hour), words.JA, tokyo, `<time class="due late" datetime="2026-11-21T00:00:00Z">期限超過 <small>11/21 09:00</small></time>`},
		{"due", now.Add(time.Hour), words.EN, tokyo, `<time class="due" datetime="2026-11-21T02:00:00Z">today <small>11:00</small></time>`},
		{"due", now.Add(14 * time.Hour), words.EN, tokyo, `<time class="due" datetime="2026-11-21T15:00:00Z">tomorrow <small>00:00</small></time>`},
		{"due", now.AddDate(0, 2, 0), words.JA, tokyo, `<time class="due" datetime="2027-01-21T01:00:00Z">61日後 <small>2027-01-21 10:00</small></time>`},
	} {
		got := render(t, set(t, `{{define "main"}}{{`+tt.do+` .At}}{{end}}`), thing{Base: look.Base{Lang: tt.lang, Zone: tt.zone, Now: now}, At: tt.at})
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.do, got, tt.want)
		}
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s := set(t, `{{define "main"}}{{ago .At}}{{end}}`)
	for d, want := range map[time.Duration]string{
		0: ">just now<", -5 * time.Minute: ">5 min ago<", 3 * time.Hour: ">in 3 h<", -13 * time.Hour: ">1 day ago<", -11 * time.Hour: ">11 h ago<", 72 * time.Hour: ">in 3 days<",
	} {
		if got := render(t, s, thing{Base: look.Base{Lang: words.EN, Now: now}, At: now.Add(d)}); !strings.Contains(got, want) {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func TestTextSaysWhichLanguageItFellBackTo(t *testing.T) {
	s := set(t, `{{define "main"}}{{text .Text}}{{end}}`)
	for _, tt := range []struct {
		text words.Text
		want string
	}{{words.Text{EN: "a<b", JA: "い"}, "い"}, {words.Text{EN: "a<b"}, `<span lang="en">a&lt;b</span>`}, {words.Text{}, ""}} {
		if got := render(t, s, thing{Base: look.Base{Lang: words.JA}, Text: tt.text}); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestParaEscapesAndLinks(t *testing.T) {
	s := set(t, `{{define "main"}}{{para .Text}}{{end}}`)
	got := render(t, s, thing{Base: look.Base{Lang: words.EN}, Text: words.Text{EN: "<script>x\r\nsee https://a.example/?x=1&y=2).\n\n\n詳細はhttp://b.example/を参照 javascript:alert(1) https://"}})
	want := `<p>&lt;script&gt;x<br>see <a href="https://a.example/?x=1&amp;y=2" rel="noreferrer nofollow">https://a.example/?x=1&amp;y=2</a>).</p>` +
		`<p>詳細は<a href="http://b.example/" rel="noreferrer nofollow">http://b.example/</a>を参照 javascript:alert(1) https://</p>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// One page rendered by many readers at once: nobody may see another's language.
func TestReadersDoNotMix(t *testing.T) {
	s := set(t, `{{define "main"}}{{lang}} {{t "look.sign_out"}}{{end}}`)
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			l, want := words.EN, "en Sign out"
			if i%2 == 0 {
				l, want = words.JA, "ja サインアウト"
			}
			b, err := s.Render(thing{Base: look.Base{Lang: l}})
			if err != nil || strings.TrimSpace(string(b)) != want {
				t.Errorf("got %q, %v, want %q", b, err, want)
			}
		})
	}
	wg.Wait()
}

func TestNumbers(t *testing.T) {
	s := set(t, `{{define "main"}}{{num .N}}{{end}}`)
	for n, want := range map[int]string{0: "0", 999: "999", 1655: "1,655", 1234567: "1,234,567", -1000: "−1,000"} {
		if got := render(t, s, thing{N: n}); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStatic(t *testing.T) {
	s, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.URL("nakodo.css")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.URL("gone.css"); err == nil {
		t.Error("an unknown file has an address")
	}
	for _, tt := range []struct {
		path, etag string
		status     int
		cache      string
	}{
		{now, "", 200, "public, max-age=31536000, immutable"},
		{"/static/nakodo.000000000000.css", "", 200, "public, no-cache"},
		{"/static/nakodo.css", "", 200, "public, no-cache"},
		{now, `"` + strings.TrimPrefix(now, "/static/") + `"`, 304, "public, max-age=31536000, immutable"},
		{"/static/../look.go", "", 404, ""},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", tt.path, nil)
		r.Header.Set("If-None-Match", tt.etag)
		s.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Cache-Control") != tt.cache {
			t.Errorf("%s: %d %q", tt.path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func FuzzPara(f *testing.F) {
	for _, seed := range []string{"a\n\nb", "https://x.example/?a=1&b=\"><script>", "見よhttp://例え.jp/を", "http://http://https://", "\r\n\x00<b>"} {
		f.Add(seed)
	}
	say, err := words.Load()
	if err != nil {
		f.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		f.Fatal(err)
	}
	s, err := look.NewSet(say, static, fstest.MapFS{"pages/thing.html": {Data: []byte(`{{define "main"}}{{para .Text}}{{end}}`)}}, "pages", []look.Page{{Name: "thing", Shell: look.Bare, Of: thing{}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := s.Render(thing{Text: words.Text{EN: text}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "«") {
			return
		}
		for _, fault := range looktest.Faults(string(b)) {
			t.Errorf("%q: %s", text, fault)
		}
		for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(string(b), -1) {
			if !regexp.MustCompile(`^</?p>$|^<br>$|^</a>$|^<a href="https?://[^"]*" rel="noreferrer nofollow">$`).MatchString(tag) {
				t.Errorf("%q: tag %s", text, tag)
			}
		}
	})
}

func BenchmarkRenderCase(b *testing.B) {
	s, _, err := gallery.Set()
	if err != nil {
		b.Fatal(err)
	}
	p := gallery.Examples(words.JA)["case"]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Render(p); err != nil {
			b.Fatal(err)
		}
	}
}
