package httpd_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/words"
)

type kind string

type row struct {
	Name string `form:"name,required,max=5"`
	All  bool   `form:"all"`
}

type input struct {
	Title string     `form:"title,required,max=5"`
	Kind  kind       `form:"kind,one=case|report"`
	N     int        `form:"n"`
	Score float64    `form:"score"`
	Yes   bool       `form:"yes"`
	Until time.Time  `form:"until"`
	Tags  []kind     `form:"tags,max=3"`
	Rows  []row      `form:"row,max=2"`
	Text  words.Text `form:"text"`
	Other string
}

var tokyo = time.FixedZone("JST", 9*3600)

func TestDecodeAndEncode(t *testing.T) {
	sent := url.Values{
		"title": {" 五文字です "}, "kind": {"case"}, "n": {"-3"}, "score": {"9.8"}, "yes": {"yes"}, "until": {"2026-12-18T09:00"}, "tags": {"a", " ", "b"},
		"row.0.name": {""}, "row.7.name": {"x"}, "row.7.all": {"yes"}, "row.2.name": {"y"}, "text.en": {"a\r\nb\rc"}, "text.ja": {"い"}, "other": {"x"}, "Other": {"x"},
	}
	want := input{
		Title: "五文字です", Kind: "case", N: -3, Score: 9.8, Yes: true, Until: time.Date(2026, 12, 18, 0, 0, 0, 0, time.UTC), Tags: []kind{"a", "b"},
		Rows: []row{{Name: "y"}, {Name: "x", All: true}}, Text: words.Text{EN: "a\nb\nc", JA: "い"},
	}
	var got input
	if err := httpd.Decode(sent, &got, tokyo); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	var again input
	if err := httpd.Decode(httpd.Encode(got, tokyo), &again, tokyo); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("encoded and decoded: %+v, %v", again, err)
	}
}

func TestDecodeNamesEverythingWrong(t *testing.T) {
	var got input
	err := httpd.Decode(url.Values{
		"kind": {"other"}, "n": {"three"}, "score": {"x"}, "until": {"soon"}, "tags": {"1", "2", "3", "4"},
		"row.0.all": {"yes"}, "text.en": {"a\x00b"}, "text.ja": {"\xff"},
	}, &got, tokyo)
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid {
		t.Fatalf("got %v", err)
	}
	want := map[string]string{
		"title": "form.required", "kind": "form.not_a_choice", "n": "form.not_a_number", "score": "form.not_a_number", "until": "form.not_a_time", "tags": "form.too_many",
		"row.0.name": "form.required", "text.en": "form.not_text", "text.ja": "form.not_text",
	}
	for _, p := range f.Problems {
		if want[p.Field] != p.Key {
			t.Errorf("%s: got %s, want %s", p.Field, p.Key, want[p.Field])
		}
		delete(want, p.Field)
	}
	if len(want) > 0 {
		t.Errorf("not named: %v", want)
	}
	if err := httpd.Decode(url.Values{"title": {"sechsX"}, "row.0.name": {"a"}, "row.1.name": {"a"}, "row.2.name": {"a"}}, &got, tokyo); fault.Of(err) == nil || len(fault.Of(err).Problems) != 2 {
		t.Errorf("too long, too many: %v", err)
	}
}

func TestDecodeRefusesMistakesOfOurOwn(t *testing.T) {
	for _, dst := range []any{input{}, &struct {
		X chan int `form:"x"`
	}{}, &struct {
		X string `form:"x,maximum=3"`
	}{}} {
		if err := httpd.Decode(url.Values{"x": {"1"}}, dst, tokyo); err == nil || fault.Of(err) != nil {
			t.Errorf("%T: got %v", dst, err)
		}
	}
}

// upload makes a form with two texts and the given files.
func upload(t *testing.T, files map[string]string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range map[string]string{"title": "x", "empty": ""} {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range files {
		w, err := m.CreateFormFile("evidence", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(body))
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func TestReadFormStreamsFiles(t *testing.T) {
	kept := map[string]string{}
	sink := func(field, name string, body io.Reader) (string, error) {
		b, err := io.ReadAll(body)
		kept[name] = string(b)
		return "ref-" + name, err
	}
	room := httpd.Room{Text: 100, File: 10, Files: 2}
	got, err := httpd.ReadForm(upload(t, map[string]string{`C:\tmp\a.txt`: "0123456789", "../../\u202eetc/ja\u202e日本.bin": "b"}), room, sink)
	if err != nil {
		t.Fatal(err)
	}
	if len(got["evidence"]) != 2 || got.Get("title") != "x" || kept["a.txt"] != "0123456789" || kept["ja日本.bin"] != "b" {
		t.Errorf("form %v, files %v", got, kept)
	}
	for name, tt := range map[string]struct {
		r    *http.Request
		room httpd.Room
		key  string
	}{
		"file too big":   {upload(t, map[string]string{"a": "01234567890"}), room, "form.file_too_big"},
		"too many files": {upload(t, map[string]string{"a": "", "b": "", "c": ""}), room, "form.too_many_files"},
		"too much text":  {upload(t, nil), httpd.Room{}, "form.too_much_text"},
	} {
		_, err := httpd.ReadForm(tt.r, tt.room, sink)
		if f := fault.Of(err); f == nil || len(f.Problems) != 1 || f.Problems[0].Key != tt.key {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := httpd.ReadForm(upload(t, map[string]string{"a": "x"}), room, func(string, string, io.Reader) (string, error) { return "", errors.New("disk full") }); err == nil || fault.Of(err) != nil {
		t.Errorf("a disk that fails is no fault of the form: %v", err)
	}
}

func TestBodiesAreLimited(t *testing.T) {
	big := strings.Repeat("x", 2000)
	for name, r := range map[string]*http.Request{
		"form":    httptest.NewRequest("POST", "/", strings.NewReader("a="+big)),
		"chunked": httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("a="+big))),
		"upload":  upload(t, map[string]string{"a": big}),
	} {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		var err error
		httpd.MaxBody(1000, 1500, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, err = httpd.ReadForm(r, httpd.Room{Text: 10_000, File: 10_000, Files: 1}, func(_, _ string, b io.Reader) (string, error) {
				_, err := io.Copy(io.Discard, b)
				return "", err
			})
		})).ServeHTTP(httptest.NewRecorder(), r)
		if f := fault.Of(err); f == nil || f.Problems[0].Key != "form.too_big" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestBrokenBodiesAreRefusedKindly(t *testing.T) {
	r := upload(t, map[string]string{"a": "0123456789"})
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body[:len(body)-30]))
	_, err := httpd.ReadForm(r, httpd.Room{Text: 100, File: 100, Files: 1}, func(_, _ string, b io.Reader) (string, error) {
		_, err := io.Copy(io.Discard, b)
		return "", err
	})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("cut short: %v", err)
	}
	r = httptest.NewRequest("POST", "/", strings.NewReader("a=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := httpd.ReadForm(r, httpd.Room{}, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("bad escape: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("title=x&row.0.name=a&tags=1&until=2026-12-18T09%3A00")
	f.Add("row.99999999999999999999.name=a&row..name=b&row.-1.name=c")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		var in input
		if err := httpd.Decode(values, &in, tokyo); err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		var again input
		if err := httpd.Decode(httpd.Encode(in, tokyo), &again, tokyo); err != nil {
			t.Fatalf("%q: accepted, shown again and refused: %v", query, err)
		}
	})
}
