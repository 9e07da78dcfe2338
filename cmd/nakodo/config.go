package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"nakodo/internal/calendar"
	"nakodo/internal/cvd"
	"nakodo/internal/mail"
	"nakodo/internal/words"
)

// Config is everything that can be set, with the defaults of defaults. The file
// is DIR/nakodo.toml; NAKODO_SECTION_KEY in the environment overrides a key.
type Config struct {
	Centre   CentreConfig   `toml:"centre"`
	Web      WebConfig      `toml:"web"`
	SMTP     SMTPConfig     `toml:"smtp"`
	Database DatabaseConfig `toml:"database"`
}

// CentreConfig is what the centre calls itself.
type CentreConfig struct {
	Name          words.Text `toml:"name" comment:"shown on every page and in every letter"`
	Prefix        string     `toml:"prefix" comment:"of cases and advisories: NKD#64806328"`
	ReportPrefix  string     `toml:"report_prefix" comment:"of reports: NKR-7F3K-9QWD"`
	InquiryPrefix string     `toml:"inquiry_prefix" comment:"of public inquiries about developers that cannot be reached: DID#0012"`
	Mail          string     `toml:"mail" comment:"address of the centre; letters come from it and go to it"`
	Namespace     string     `toml:"namespace" comment:"CSAF publisher namespace; empty: the portal's address"`
	Authority     words.Text `toml:"authority" comment:"on what ground the centre issues advisories; may be empty"`
	Zone          string     `toml:"zone" comment:"IANA time zone for dates, such as Asia/Tokyo"`
	Calendar      string     `toml:"calendar" comment:"days on which the centre works: jp, eu, us, or none for every day"`
	Frameworks    []string   `toml:"frameworks" comment:"rules that new cases are under beside the Partnership Guideline: cra, nis2"`
}

// WebConfig is where the doors are.
type WebConfig struct {
	Listen  string   `toml:"listen" comment:"address to listen on"`
	Address string   `toml:"address" comment:"public address of the portal, without a slash at the end"`
	Proxies []string `toml:"proxies" comment:"networks of reverse proxies whose X-Forwarded-For is believed"`
}

// SMTPConfig is the mail server. Without a host letters are held, never dropped.
type SMTPConfig struct {
	Host     string `toml:"host" comment:"mail server, host:port; empty: letters are held and shown as held"`
	TLS      string `toml:"tls" comment:"starttls, tls or none (none only to this machine itself)"`
	User     string `toml:"user" comment:"empty: no sign-in to the mail server"`
	Password string `toml:"password" comment:"better given as NAKODO_SMTP_PASSWORD" secret:"true"`
}

// DatabaseConfig says where the records lie.
type DatabaseConfig struct {
	URL string `toml:"url" comment:"postgres://...; empty: one file in the data directory" secret:"true"`
}

func defaults() Config {
	return Config{
		Centre: CentreConfig{
			Name: words.Text{EN: "Coordination Centre", JA: "調整センター"}, Prefix: "NKD", ReportPrefix: "NKR", InquiryPrefix: "DID",
			Mail: "cc@localhost.invalid", Zone: "Asia/Tokyo", Calendar: "jp", Frameworks: []string{},
		},
		Web:  WebConfig{Listen: "127.0.0.1:8080", Address: "http://127.0.0.1:8080", Proxies: []string{}},
		SMTP: SMTPConfig{TLS: "starttls"},
	}
}

// load reads the configuration of a data directory: defaults, file, environment.
func load(dir string, getenv func(string) string) (Config, error) {
	c := defaults()
	path := filepath.Join(dir, "nakodo.toml")
	meta, err := toml.DecodeFile(path, &c)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return c, fmt.Errorf("%s: %w", path, err)
	case len(meta.Undecoded()) > 0:
		return c, fmt.Errorf("%s: there is no setting %v; `nakodo config print` shows all there are", path, meta.Undecoded())
	}
	if err := override(reflect.ValueOf(&c).Elem(), "NAKODO", getenv); err != nil {
		return c, err
	}
	return c, c.check()
}

// override sets the fields that the environment names.
func override(v reflect.Value, prefix string, getenv func(string) string) error {
	for i := range v.NumField() {
		f, name := v.Field(i), prefix+"_"+strings.ToUpper(v.Type().Field(i).Tag.Get("toml"))
		if f.Kind() == reflect.Struct {
			if err := override(f, name, getenv); err != nil {
				return err
			}
			continue
		}
		value := getenv(name)
		if value == "" {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(value)
		case reflect.Slice:
			f.Set(reflect.ValueOf(strings.Fields(strings.ReplaceAll(value, ",", " "))))
		default:
			return fmt.Errorf("%s: a setting of kind %s cannot come from the environment", name, f.Kind())
		}
	}
	return nil
}

var prefixPattern = regexp.MustCompile(`^[A-Z]{2,12}$`)

// check says everything that is wrong at once, each with what to do.
func (c Config) check() error {
	var wrong []error
	need := func(ok bool, key, say string) {
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s: %s", key, say))
		}
	}
	need(c.Centre.Name.EN != "" || c.Centre.Name.JA != "", "centre.name", "give the centre a name")
	need(prefixPattern.MatchString(c.Centre.Prefix), "centre.prefix", "two to twelve capital letters")
	need(prefixPattern.MatchString(c.Centre.ReportPrefix) && c.Centre.ReportPrefix != c.Centre.Prefix, "centre.report_prefix", "two to twelve capital letters, other than centre.prefix")
	other := c.Centre.InquiryPrefix != c.Centre.Prefix && c.Centre.InquiryPrefix != c.Centre.ReportPrefix
	need(prefixPattern.MatchString(c.Centre.InquiryPrefix) && other, "centre.inquiry_prefix", "two to twelve capital letters, other than centre.prefix and centre.report_prefix")
	local, domain, _ := strings.Cut(c.Centre.Mail, "@")
	err := mail.Box{Local: local, Domain: domain, Secrets: [][]byte{make([]byte, 16)}}.Check()
	need(err == nil, "centre.mail", fmt.Sprintf("a mail address such as vuls@cert.example.jp (%v)", err))
	_, err = time.LoadLocation(c.Centre.Zone)
	need(err == nil, "centre.zone", "an IANA name such as Asia/Tokyo")
	_, known := calendar.Named(calendar.Key(c.Centre.Calendar))
	need(known, "centre.calendar", fmt.Sprintf("one of %v", calendar.Keys()))
	for _, f := range c.frameworks() {
		need(slices.Contains(cvd.Frameworks(), f), "centre.frameworks", fmt.Sprintf("%q is none of %v", f, cvd.Frameworks()))
	}
	u, err := url.Parse(c.Web.Address)
	need(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && (u.Path == ""), "web.address", "an address such as https://cc.example.jp, without a path")
	for _, p := range c.Web.Proxies {
		_, err := netip.ParsePrefix(p)
		need(err == nil, "web.proxies", strconv.Quote(p)+" is no network; write it as 10.0.0.0/8")
	}
	need(c.SMTP.TLS == "starttls" || c.SMTP.TLS == "tls" || c.SMTP.TLS == "none", "smtp.tls", "starttls, tls or none")
	need(c.Database.URL == "" || strings.HasPrefix(c.Database.URL, "postgres://") || strings.HasPrefix(c.Database.URL, "postgresql://"), "database.url", "empty, or postgres://user@host/name")
	return errors.Join(wrong...)
}

// zone is the time zone, which check has seen to be one.
func (c Config) zone() *time.Location {
	z, err := time.LoadLocation(c.Centre.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}

// frameworks are the rules that cases are opened under beside the base.
func (c Config) frameworks() []cvd.Framework {
	var fs []cvd.Framework
	for _, f := range c.Centre.Frameworks {
		fs = append(fs, cvd.Framework(f))
	}
	return fs
}

// print writes the configuration as a file that load reads, each key with what
// it means. Secrets that are set are only said to be set.
func (c Config) print() ([]byte, error) {
	var b bytes.Buffer
	sections := reflect.ValueOf(c)
	for i := range sections.NumField() {
		section := sections.Field(i)
		fmt.Fprintf(&b, "[%s]\n", sections.Type().Field(i).Tag.Get("toml"))
		for k := range section.NumField() {
			if err := printKey(&b, section.Type().Field(k).Tag, section.Field(k)); err != nil {
				return nil, err
			}
		}
		b.WriteString("\n")
	}
	return b.Bytes(), nil
}

// printKey writes one key. JSON spells texts and lists as TOML does.
func printKey(b *bytes.Buffer, tag reflect.StructTag, v reflect.Value) error {
	key := tag.Get("toml")
	if comment := tag.Get("comment"); comment != "" {
		fmt.Fprintf(b, "# %s\n", comment)
	}
	if tag.Get("secret") == "true" && v.String() != "" {
		fmt.Fprintf(b, "# %s is set, and not shown\n", key)
		return nil
	}
	value := v.Interface()
	if text, ok := value.(words.Text); ok {
		en, err := json.Marshal(text.EN)
		if err != nil {
			return err
		}
		ja, err := json.Marshal(text.JA)
		fmt.Fprintf(b, "%s = { en = %s, ja = %s }\n", key, en, ja)
		return err
	}
	line, err := json.Marshal(value)
	fmt.Fprintf(b, "%s = %s\n", key, line)
	return err
}

// dataDir reads the --data flag that most commands share.
func dataDir(e env, command string, args []string, more func(*flag.FlagSet)) (dir string, rest []string, ok bool) {
	f := flag.NewFlagSet(command, flag.ContinueOnError)
	f.SetOutput(e.err)
	f.StringVar(&dir, "data", "", "the data `DIR`ectory of the centre")
	if more != nil {
		more(f)
	}
	if err := f.Parse(args); err != nil {
		return "", nil, false
	}
	if dir == "" {
		fmt.Fprintf(e.err, "nakodo %s: name the data directory with --data DIR\n", command)
		return "", nil, false
	}
	return dir, f.Args(), true
}

// config shows or checks the configuration.
func config(_ context.Context, e env, args []string) int {
	if len(args) == 0 || args[0] != "print" && args[0] != "check" {
		return fail(e, "config", fmt.Errorf("%w: say print or check", errUsage))
	}
	dir, _, ok := dataDir(e, "config "+args[0], args[1:], nil)
	if !ok {
		return 2
	}
	if _, err := os.Stat(dir); err != nil {
		fmt.Fprintf(e.err, "note: %s does not exist yet; these are the defaults\n", dir)
	}
	c, err := load(dir, e.getenv)
	if err != nil {
		return fail(e, "config", err)
	}
	if args[0] == "check" {
		fmt.Fprintln(e.out, "The configuration is good.")
		return 0
	}
	out, err := c.print()
	if err != nil {
		return fail(e, "config", err)
	}
	e.out.Write(out)
	return 0
}
