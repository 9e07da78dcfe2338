package store_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// filled gives a T in which nothing is empty: every string is different and
// holds what databases stumble over, every slice and map has entries. What
// comes back equal has lost nothing.
func filled[T any](t testing.TB) T {
	t.Helper()
	var v T
	f := &filler{t: t}
	f.fill(reflect.ValueOf(&v).Elem())
	return v
}

type filler struct {
	t testing.TB
	n int
}

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 4, 1, 12, 30, 0, 123456000, time.UTC).Add(time.Duration(f.n) * time.Hour)))
		return
	case json.RawMessage:
		v.SetBytes(fmt.Appendf(nil, `{"n":%d}`, f.n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%d 脆弱性 \x00 '\"\\ %%_ 𠮷 😀\n", f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		f.t.Fatalf("cannot fill a %v", v.Type())
	}
}
