;; Tests of bounds and alignment, and where they are not needed any more.
;; > load(0) => 1685221239
;; > load(1) => 1935962735
;; > load(65525) => trap: out of bounds memory access
;; > byte(17) => 4294967295
;; > byte(65536) => trap: out of bounds memory access
;; > constant() => 72093274016477047
;; > store(102, 305419896) => NULL
;; > load(94) => 305419896
;; > load(98) => 305419896
;; > store(65529, 1) => trap: out of bounds memory access
;; > aligned(7) => NULL
;; > load(0) => 2
;; > load(4) => 1793
;; > any_byte(11, 300) => NULL
;; > byte(11) => 44
;; > copy(200, 8, 4) => NULL
;; > load(192) => 738197504
;; > byte(65536) => 0
(module
  (memory (export "memory") 1)
  (data (i32.const 8) "words \00\01\02\ff")
  (func (export "load") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "byte") (param i32) (result i32) (i32.load8_s (local.get 0)))
  (func (export "constant") (result i64) (i64.load (i32.const 8)))
  (func (export "store") (param i32 i32)
    (i32.store offset=4 (local.get 0) (local.get 1))
    (i32.store (local.get 0) (local.get 1)))
  (func (export "aligned") (param i32) (local i32)
    (local.set 1 (i32.and (local.get 0) (i32.const -8)))
    (i32.store offset=12 (local.get 1) (i32.const 1))
    (i32.store offset=8 (local.get 1) (i32.const 2))
    (i64.store (local.get 1) (i64.load offset=8 (local.get 1)))
    (i32.store8 offset=13 (local.get 1) (local.get 0)))
  (func (export "any_byte") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "copy") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))
    (memory.fill (local.get 0) (i32.const 0) (memory.grow (i32.const 1)))))
