<?php
require 'build/class-engine.php';

$engine = new Wasm2Php\Engine( __DIR__ . '/build/slug.php', 'Wasm2Php\Slug' );
echo $engine->call( 'Größe & Maße: 10 Tips!' ), "\n";
