package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func none(string) string { return "" }

// withFile makes a data directory with a configuration file.
func withFile(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nakodo.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestPrintedConfigurationIsTheOneInForce(t *testing.T) {
	c := defaults()
	c.Centre.Name.JA = "「引用」\"と\\改行\n"
	c.Web.Proxies = []string{"10.0.0.0/8", "127.0.0.0/8"}
	out, err := c.print()
	if err != nil {
		t.Fatal(err)
	}
	got, err := load(withFile(t, string(out)), none)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !reflect.DeepEqual(got, c) {
		t.Errorf("got\n%+v\nwant\n%+v", got, c)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c := defaults()
	c.SMTP.Password, c.Database.URL = "hunter2", "postgres://n:hunter3@db/n"
	out, err := c.print()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "hunter") || strings.Count(string(out), "is set, and not shown") != 2 {
		t.Errorf("printed:\n%s", out)
	}
	if _, err := load(withFile(t, string(out)), none); err != nil {
		t.Errorf("the printed file cannot be read: %v", err)
	}
}

func TestUnknownKeysAreRefused(t *testing.T) {
	_, err := load(withFile(t, "[smtp]\nhots = \"mail.example:25\"\n"), none)
	if err == nil || !strings.Contains(err.Error(), "smtp.hots") {
		t.Errorf("got %v, want an error that names smtp.hots", err)
	}
}

func TestEnvironmentOverridesTheFile(t *testing.T) {
	dir := withFile(t, "[smtp]\nhost = \"mail.example:25\"\nuser = \"file\"\n")
	set := map[string]string{"NAKODO_SMTP_USER": "environment", "NAKODO_WEB_PROXIES": "10.0.0.0/8, 127.0.0.0/8"}
	c, err := load(dir, func(k string) string { return set[k] })
	if err != nil {
		t.Fatal(err)
	}
	if c.SMTP.User != "environment" || c.SMTP.Host != "mail.example:25" || len(c.Web.Proxies) != 2 {
		t.Errorf("got %+v %+v", c.SMTP, c.Web)
	}
}

func TestWhatIsWrongIsSaidAtOnceWithItsKey(t *testing.T) {
	c := defaults()
	c.Centre.Prefix, c.Centre.Mail, c.Centre.Zone = "n-1", "a-very-long-local-part@x.example", "Mars/Olympus"
	c.Web.Address, c.Web.Proxies, c.SMTP.TLS, c.Database.URL = "https://x.example/path", []string{"10.0.0.1"}, "maybe", "mysql://x"
	err := c.check()
	if err == nil {
		t.Fatal("nothing was found wrong")
	}
	for _, key := range []string{"centre.prefix", "centre.mail", "centre.zone", "web.address", "web.proxies", "smtp.tls", "database.url"} {
		if !strings.Contains(err.Error(), key+": ") {
			t.Errorf("%s is not named in:\n%v", key, err)
		}
	}
	if err := defaults().check(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
}
