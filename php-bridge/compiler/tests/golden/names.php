<?php
/**
 * Compiled from names.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: ec669f8875d560a470ccdcb27f5cfb0859d6ec6e58c4e0ff3fec784c888de6f3
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Names_Example extends Module {
const BUILD='c4f789362b148101';
const M=0xffffffff;
const EXPORTS=[
	"add"=>'ii>i',
	"this"=>'>i',
	"swap"=>'ii>i',
	"f32_bits"=>'i>i',
];
const GLOBALS=[
	"counter"=>'g0_core_counter',
];
const GLOBAL_TYPES=[
	'g0_core_counter'=>'I',
];
public $g0_core_counter=7;
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"add"=>$this->f0_math_Sum_as_Op_add($arguments[0],$arguments[1]),
		"this"=>$this->f1_gr_e_this(),
		"swap"=>$this->f2_swap($arguments[0],$arguments[1]),
		"f32_bits"=>$this->f3($arguments[0]),
		default=>null,
	};
}

protected function begin(){
}

function f0_math_Sum_as_Op_add($left,$right_hand){
	$sum=$left+$right_hand&self::M;
	return $sum;
}

function f1_gr_e_this(){
	$_this=$this->g0_core_counter+1&self::M;
	$this->g0_core_counter=$m_1=$_this;
	return $_this;
}

function f2_swap($a,$b){
	$a_2=$a;
	return $a_2*10+$b&self::M;
}

function f3($GET){
	return $GET+1&self::M;
}
}
