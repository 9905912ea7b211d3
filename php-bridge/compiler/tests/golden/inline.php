<?php
/**
 * Compiled from inline.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: f87d0278176394755fdb1facc9fb6b32faa59612be352dc3b7abdb106991191d
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Inline_Example extends Module {
const BUILD='cdf85b4687afddd9';
const M=0xffffffff;
const EXPORTS=[
	"twice_in_a_loop"=>'i>i',
	"keeps_order"=>'i>i',
	"changes_its_parameter"=>'i>i',
	"first_of"=>'i>i',
	"known"=>'i>i',
	"passes_on"=>'i>i',
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"twice_in_a_loop"=>$this->f1($arguments[0]),
		"keeps_order"=>$this->f3($this->m,$arguments[0]),
		"changes_its_parameter"=>$this->f5($arguments[0]),
		"first_of"=>$this->f7($arguments[0]),
		"known"=>$this->f9($arguments[0]),
		"passes_on"=>$this->f11($arguments[0]),
		default=>null,
	};
}

protected function begin(){
	$this->m=\array_fill(0,16384,0);
	$this->size_memory(1,256);
}

function f1($b){
	$c=0;
	do{
		$a=0;
		if($b)$a=3;
		$e=$a;
		$f=0;
		$a=$f;
		$c=$c+$e&self::M;
		$b=$b-1&self::M;
	}while($b);
	return $c;
}

function f2_store(&$m,$a){
	if($a&3)$this->s4($a,2);else $m[$a>>2]=2;
	return 5;
}

function f3(&$m,$a){
	return ($a&3?$this->l4($a):$m[$a>>2])+$this->f2_store($m,$a)&self::M;
}

function f5($b){
	$a=$b;
	$a=$a>>1;
	$c=$a+4;
	return $c+$b&self::M;
}

function f7($b){
	$a=$b;
	while(1){
		if($a&1)return $a;
		$a=$a>>1;
	}
}

function f9($b){
	$a=$b*10&self::M;
	return $a;
}

function f10_down($b,$d){
	if($d>400000)$this->exhausted();
	if($b)$a=$this->f10_down($b-1&self::M,$d+19);
	else $a=10;
	return $a;
}

function f11($a){
	return $this->f10_down($a,0);
}
}
