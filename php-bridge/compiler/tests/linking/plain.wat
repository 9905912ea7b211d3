;; Takes nothing from outside.
(module
  (memory (export "memory") 1)
  (global (export "nan") f32 (f32.const nan:0x200001))
  (func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0)))
