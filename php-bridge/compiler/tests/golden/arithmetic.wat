;; Masks only where an i32 can leave its 32 bits, helpers only where PHP has no expression.
;; > add(4294967295, 2) => 1
;; > sum_of_bytes(511, 258) => 257
;; > mul(4294967295, 4294967295) => 1
;; > mul(65537, 65537) => 131073
;; > less(4294967295, 0) => 1
;; > less(0, 4294967295) => 0
;; > negative(2147483648) => 1
;; > negative(2147483647) => 0
;; > shift(2147483648) => 4278190080
;; > rotate(2181038081) => 193
;; > add64(9223372036854775807, 1) => -9223372036854775807-1
;; > add64(-1, 1) => 0
;; > multiply_add(4294967295, 4294967295, 7) => -4294967288
;; > below(-1, 1) => 0
;; > below(1, -1) => 1
;; > floats(0.2, 2.0) => 0.15000000596046448
;; > floats(0.0, 0.0) => INF
;; > floats(0.0, -1.0) => -0.10000000149011612
;; > is_set(4294967296) => 1
;; > is_set(0) => 0
;; > choice(12) => 1
;; > choice(0) => 0
(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "sum_of_bytes") (param i32 i32) (result i32)
    (i32.add (i32.and (local.get 0) (i32.const 255)) (i32.and (local.get 1) (i32.const 255))))
  (func (export "mul") (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))
  (func (export "less") (param i32 i32) (result i32) (i32.lt_s (local.get 0) (local.get 1)))
  (func (export "negative") (param i32) (result i32) (i32.lt_s (local.get 0) (i32.const 0)))
  (func (export "shift") (param i32) (result i32) (i32.shr_s (local.get 0) (i32.const 7)))
  (func (export "rotate") (param i32) (result i32) (i32.rotl (local.get 0) (i32.const 7)))
  (func (export "add64") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
  (func (export "multiply_add") (param i32 i32 i32) (result i64)
    (i64.add
      (i64.mul (i64.extend_i32_u (local.get 0)) (i64.extend_i32_s (local.get 1)))
      (i64.extend_i32_u (local.get 2))))
  (func (export "below") (param i64 i64) (result i32) (i64.lt_u (local.get 0) (local.get 1)))
  (func (export "floats") (param f32 f64) (result f64)
    (f64.div (f64.promote_f32 (f32.add (local.get 0) (f32.const 0.1))) (local.get 1)))
  ;; Truth is 0 or 1, also where a condition would do with less.
  (func (export "is_set") (param i64) (result i32) (i32.eqz (i64.eqz (local.get 0))))
  (func (export "choice") (param i32) (result i32)
    (select (i32.const 1) (i32.const 0) (local.get 0))))
