package match

import "reflect"

func (x *Index) Set(name string, v float64) { f(x, name).SetFloat(v) }
func (x *Index) Get(name string) float64    { return f(x, name).Float() }
func f(x *Index, name string) reflect.Value {
	v := reflect.ValueOf(&x.weights).Elem().FieldByName(name)
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}
func Names() []string {
	var n []string
	t := reflect.TypeOf(weights{})
	for i := range t.NumField() {
		n = append(n, t.Field(i).Name)
	}
	return n
}
