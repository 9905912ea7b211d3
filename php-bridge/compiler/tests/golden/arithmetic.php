<?php
/**
 * Compiled from arithmetic.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: e7eca91db643294ad0baa3c7d25e9b26e70ca8155031ce143bfae953c9ad92d6
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Arithmetic_Example extends Module {
const BUILD='4a28507b8af41f8f';
const M=0xffffffff;
const EXPORTS=[
	"add"=>'ii>i',
	"sum_of_bytes"=>'ii>i',
	"mul"=>'ii>i',
	"less"=>'ii>i',
	"negative"=>'i>i',
	"shift"=>'i>i',
	"rotate"=>'i>i',
	"add64"=>'ll>l',
	"multiply_add"=>'iii>l',
	"below"=>'ll>i',
	"floats"=>'fd>d',
	"is_set"=>'l>i',
	"choice"=>'i>i',
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"add"=>$this->f0($arguments[0],$arguments[1]),
		"sum_of_bytes"=>$this->f1($arguments[0],$arguments[1]),
		"mul"=>$this->f2($arguments[0],$arguments[1]),
		"less"=>$this->f3($arguments[0],$arguments[1]),
		"negative"=>$this->f4($arguments[0]),
		"shift"=>$this->f5($arguments[0]),
		"rotate"=>$this->f6($arguments[0]),
		"add64"=>$this->f7($arguments[0],$arguments[1]),
		"multiply_add"=>$this->f8($arguments[0],$arguments[1],$arguments[2]),
		"below"=>$this->f9($arguments[0],$arguments[1]),
		"floats"=>$this->f10($arguments[0],$arguments[1]),
		"is_set"=>$this->f11($arguments[0]),
		"choice"=>$this->f12($arguments[0]),
		default=>null,
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
	return \fdiv($this->to_f32($a+0.10000000149011612)*1.0,$b);
}

function f11($a){
	return (int)!!$a;
}

function f12($a){
	return $a?1:0;
}
}
