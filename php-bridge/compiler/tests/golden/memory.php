<?php
/**
 * Compiled from memory.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: abee0142c07c7b84fa61807afaaa249a239ea7aa491d1c786862495da25b669d
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Memory_Example extends Module {
const BUILD='78691f32ee68fb88';
const M=0xffffffff;
const EXPORTS=[
	"load"=>'i>i',
	"byte"=>'i>i',
	"constant"=>'>l',
	"store"=>'ii>',
	"aligned"=>'i>',
	"any_byte"=>'ii>',
	"copy"=>'iii>',
];
const MEMORIES=[
	"memory"=>null,
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"load"=>$this->f0($this->m,$arguments[0]),
		"byte"=>$this->f1($this->m,$arguments[0]),
		"constant"=>$this->f2($this->m),
		"store"=>$this->f3($this->m,$arguments[0],$arguments[1]),
		"aligned"=>$this->f4($this->m,$arguments[0]),
		"any_byte"=>$this->f5($this->m,$arguments[0],$arguments[1]),
		"copy"=>$this->f6($arguments[0],$arguments[1],$arguments[2]),
		default=>null,
	};
}

protected function begin(){
	$this->m=\array_merge([0,0,1685221239,16785523,65282],\array_fill(0,16379,0));
	$this->size_memory(1,256);
}

function f0(&$m,$a){
	return $a&3?$this->l4($a+8):$m[$a+8>>2];
}

function f1(&$m,$a){
	return ($m[$a>>2]>>($a&3)*8&255)<<56>>56&self::M;
}

function f2(&$m){
	return $m[3]<<32|$m[2];
}

function f3(&$m,$a,$b){
	$k=$this->k;
	if($a+4&$k)$this->s4($a+4,$b);else $m[$a+4>>2]=$b;
	if($a&3)$this->s4($a,$b);else $m[$a>>2]=$b;
}

function f4(&$m,$b){
	$k=$this->k;
	$a=$b&-8;
	$c=$a>>2;
	if($a+12&$k)$this->inside($a+12);
	$m[$c+3]=1;
	$m[$c+2]=2;
	$e=$m[$c+3];
	$m[$c]=$m[$c+2];
	$m[$c+1]=$e;
	$m[$a+13>>2]=$m[$a+13>>2]&-65281|($b&255)<<8;
}

function f5(&$m,$a,$b){
	$m[$a>>2]=$m[$a>>2]&~(255<<($c=($a&3)*8))|($b&255)<<$c;
}

function f6($a,$b,$c){
	$this->memory_copy($a,$b,$c);
	$this->memory_fill($a,0,$this->memory_grow(1));
}
}
