;; What the name section calls things, as PHP can call them.
;; > add(2, 3) => 5
;; > f32_bits(3) => 4
;; > this() => 8
;; > swap(1, 2) => 12
;; > counter => 8
(module
  (global $"core::counter" (export "counter") (mut i32) (i32.const 7))
  (func $"<math::Sum as Op>::add::h0123456789abcdef" (export "add")
    (param $left i32) (param $"right hand" i32) (result i32)
    (local $sum i32)
    (local.set $sum (i32.add (local.get $left) (local.get $"right hand")))
    (local.get $sum))
  (func $"größe?>\"$this" (export "this") (result i32) (local $this i32) (local $"&m" i32)
    (local.set $this (i32.add (global.get 0) (i32.const 1)))
    (local.set $"&m" (local.get $this))
    (global.set 0 (local.get $"&m"))
    (local.get $this))
  (func $swap (export "swap") (param $a i32) (param i32) (result i32) (local $"a'" i32)
    (local.set $"a'" (local.get $a))
    (i32.add (i32.mul (local.get $"a'") (i32.const 10)) (local.get 1)))
  (func (export "f32_bits") (param $_GET i32) (result i32) (i32.add (local.get $_GET) (i32.const 1))))
