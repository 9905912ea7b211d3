<?php
/**
 * Compiled from arithmetic.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: f3c0a995b5aab5f8f4c8a4e92dae54d45486ffc9e4c26923d81cefa78c4b8fad
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

final class Arithmetic extends Module {
const BUILD='5dd0e2bb27c3f33f';
const M=0xffffffff;
const EXPORTS=["add"=>'ii',"sum_of_bytes"=>'ii',"mul"=>'ii',"less"=>'ii',"negative"=>'i',"shift"=>'i',"rotate"=>'i',"add64"=>'ll',"multiply_add"=>'iii',"below"=>'ll',"floats"=>'fd',];
const GLOBALS=[];
protected function call_export($n,array $a){
return match($n){
"add"=>$this->f0($a[0],$a[1]),
"sum_of_bytes"=>$this->f1($a[0],$a[1]),
"mul"=>$this->f2($a[0],$a[1]),
"less"=>$this->f3($a[0],$a[1]),
"negative"=>$this->f4($a[0]),
"shift"=>$this->f5($a[0]),
"rotate"=>$this->f6($a[0]),
"add64"=>$this->f7($a[0],$a[1]),
"multiply_add"=>$this->f8($a[0],$a[1],$a[2]),
"below"=>$this->f9($a[0],$a[1]),
"floats"=>$this->f10($a[0],$a[1]),
};
}
protected function begin(){
}
function f0($a,$b){
return $a+$b&self::M;
}
function f1($a,$b){
return ($a&255)+($b&255);
}
function f2($a,$b){
return $a*($b<<32>>32)&self::M;
}
function f3($a,$b){
return (int)(($a^2147483648)<($b^2147483648));
}
function f4($a){
return (int)($a>2147483647);
}
function f5($a){
return $a<<32>>39&self::M;
}
function f6($a){
return ($a<<7|$a>>25)&self::M;
}
function f7($a,$b){
return \is_int($e=$a+$b)?$e:$this->add64($a,$b);
}
function f8($a,$b,$c){
return $a*($b<<32>>32)+$c;
}
function f9($a,$b){
return (int)(($a^1<<63)<($b^1<<63));
}
function f10($a,$b){
return \fdiv($this->to_f32($a+0.10000000149011612),$b);
}
}
