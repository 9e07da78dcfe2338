package portal

import (
	"fmt"
	"testing"

	"nakodo/internal/httpd"
)

func TestCacheLastsAGeneration(t *testing.T) {
	var c cache
	one, two := &httpd.Frozen{Body: []byte("1")}, &httpd.Frozen{Body: []byte("2")}
	if c.get(0, "/a") != nil {
		t.Error("an empty cache answers")
	}
	c.put(5, "/a", one)
	if c.get(5, "/a") != one || c.get(4, "/a") != nil || c.get(6, "/a") != nil {
		t.Error("an answer counts outside its generation")
	}
	c.put(6, "/b", two)
	c.put(5, "/a", one) // read before the publication, made after it
	if c.get(6, "/a") != nil || c.get(6, "/b") != two {
		t.Error("an answer of the generation before is kept")
	}
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	body := make([]byte, 1<<20)
	for i := range 200 {
		c.put(1, fmt.Sprint(i), &httpd.Frozen{Body: body})
		c.put(1, fmt.Sprint(i), &httpd.Frozen{Body: body}) // in its own place
	}
	size := 0
	for key, f := range c.answers {
		size += weight(key, f)
	}
	if size != c.size || c.size > cacheRoom || len(c.answers) < 60 {
		t.Errorf("%d answers of %d bytes, counted as %d", len(c.answers), size, c.size)
	}
	c.put(1, "huge", &httpd.Frozen{Body: make([]byte, cacheRoom+1)})
	if c.size > cacheRoom {
		t.Errorf("one answer larger than the room fills it: %d", c.size)
	}
}
