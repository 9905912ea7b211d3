;; A table that changes is an object; one that nothing changes is a `switch`.
;; > fixed(0, 7) => 14
;; > fixed(1, 7) => 49
;; > fixed(2, 7) => trap: undefined element
;; > changing(0, 7) => 14
;; > changing(1, 7) => trap: uninitialized element
;; > move(1, 0) => NULL
;; > changing(1, 7) => 14
;; > fill(2) => 2
;; > changing(3, 7) => 49
;; > is_null(0) => 0
;; > clear(0) => NULL
;; > is_null(0) => 1
;; > init() => NULL
;; > changing(0, 7) => 49
(module
  (type $unary (func (param i32) (result i32)))
  (table $fixed funcref (elem $double $square))
  (table $changing 2 10 funcref)
  (elem (table $changing) (i32.const 0) func $double)
  (elem $passive func $square)
  (func $double (type $unary) (i32.shl (local.get 0) (i32.const 1)))
  (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
  (func (export "fixed") (param i32 i32) (result i32)
    (call_indirect $fixed (type $unary) (local.get 1) (local.get 0)))
  (func (export "changing") (param i32 i32) (result i32)
    (call_indirect $changing (type $unary) (local.get 1) (local.get 0)))
  (func (export "move") (param i32 i32)
    (table.set $changing (local.get 0) (table.get $changing (local.get 1))))
  (func (export "fill") (param i32) (result i32)
    (table.grow $changing (ref.func $square) (local.get 0)))
  (func (export "is_null") (param i32) (result i32)
    (ref.is_null (table.get $changing (local.get 0))))
  (func (export "clear") (param i32) (table.set $changing (local.get 0) (ref.null func)))
  (func (export "init")
    (table.init $changing $passive (i32.const 0) (i32.const 0) (i32.const 1))
    (elem.drop $passive)))
