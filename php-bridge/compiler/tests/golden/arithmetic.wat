;; Masks only where an i32 can leave its 32 bits, helpers only where PHP has no expression.
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
