package httpd

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"time"
)

// Encode is Decode turned round: what a form holds when it is first shown.
func Encode(src any, zone *time.Location) url.Values {
	out := url.Values{}
	v := reflect.ValueOf(src)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	encodeStruct(out, v, "", zone)
	return out
}

func encodeStruct(out url.Values, v reflect.Value, prefix string, zone *time.Location) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("form") == "" {
			encodeStruct(out, v.Field(i), prefix, zone)
			continue
		}
		if r, ok, err := rulesOf(f, prefix != ""); ok && err == nil {
			encodeField(out, v.Field(i), prefix+r.name, zone)
		}
	}
}

func encodeField(out url.Values, v reflect.Value, name string, zone *time.Location) {
	switch {
	case v.Type() == timeType:
		if t := v.Interface().(time.Time); !t.IsZero() {
			out.Set(name, t.In(zone).Format("2006-01-02T15:04"))
		}
	case v.Kind() == reflect.Struct:
		encodeStruct(out, v, name+".", zone)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			encodeStruct(out, v.Index(i), name+"."+strconv.Itoa(i)+".", zone)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			out.Add(name, fmt.Sprint(v.Index(i).Interface()))
		}
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			out.Set(name, "yes")
		}
	case !v.IsZero():
		out.Set(name, fmt.Sprint(v.Interface()))
	}
}
