package portal

import (
	"sync"

	"nakodo/internal/httpd"
)

// cacheRoom bounds what is kept in memory, in bytes.
const cacheRoom = 64 << 20

// cache keeps answers by their key while a generation of the public records
// lasts (store.Generation). Only what exists is kept: asking for a thousand
// paths that do not exist costs no memory.
type cache struct {
	mu         sync.RWMutex
	generation int64
	answers    map[string]*httpd.Frozen
	size       int
}

func (c *cache) get(generation int64, key string) *httpd.Frozen {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.generation != generation {
		return nil
	}
	return c.answers[key]
}

// put keeps an answer that was made under a generation. Where there is no room
// left, others go; which ones does not matter, they are one read away.
func (c *cache) put(generation int64, key string, f *httpd.Frozen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation < c.generation {
		return // made before somebody published
	}
	if generation > c.generation || c.answers == nil {
		c.generation, c.answers, c.size = generation, map[string]*httpd.Frozen{}, 0
	}
	if old := c.answers[key]; old != nil {
		c.size -= weight(key, old)
	}
	c.answers[key] = f
	c.size += weight(key, f)
	for other, x := range c.answers {
		if c.size <= cacheRoom {
			return
		}
		delete(c.answers, other)
		c.size -= weight(other, x)
	}
}

func weight(key string, f *httpd.Frozen) int { return len(key) + len(f.Body) + 500 }
