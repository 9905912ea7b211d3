<?php
/**
 * Compiled from imports.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: 9d17ba9ba11c727e2a20863a45829eaf5609bb1e2a542f7e64b1d5911f3c7b00
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-linked-module.php';

final class Imports_Example extends Linked_Module {
const BUILD='1cc2399d005777fd';
const M=0xffffffff;
const IMPORTS=[
	["env","log",'function','i>'],
	["env","pair",'function','i>ii'],
	["env","memory",'memory',1,2],
	["env","base",'global','i','g0_base'],
	["env","next",'global','I','g1_next'],
];
const EXPORTS=[
	"text"=>'>i',
	"sum"=>'i>i',
	"ticket"=>'>i',
];
const GLOBALS=[
	"base"=>'g0_base',
	"end"=>'g2_end',
];
const GLOBAL_TYPES=[
	'g0_base'=>'i',
	'g2_end'=>'i',
];
public $g0_base;
public $g1_next;
public $g2_end;
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"text"=>$this->f3($this->m),
		"sum"=>$this->f4($arguments[0],$depth),
		"ticket"=>$this->f5(),
		default=>null,
	};
}

protected function begin(){
	$this->segments=[0=>"Hello",];
	$this->f6();
}

function f1_pair($a,$d){
	if($d>400000)$this->exhausted();
	return ($this->imports[1])($d+217,[$a]);
}

function f2_start(){
	$a=$this->g2_end;
	($this->imports[0])(Function_Reference::$depth+217,[$a]);
}

function f3(&$m){
	return ($b=$this->g0_base)&3?$this->l4($b):$m[$b>>2];
}

function f4($c,$d){
	if($d>400000)$this->exhausted();
	[$a,$b]=$this->f1_pair($c,$d+20);
	return $a+$b&self::M;
}

function f5(){
	$a=$this->g1_next;
	$this->g1_next=$this->g1_next+1&self::M;
	return $a;
}

function f6(){
	$t=$this;
	$t->g2_end=$t->g0_base+5&self::M;
	$t->memory_init($t->g0_base,0,5,0);
	$t->data_drop(0);
	$t->f2_start();
}
}
