<?php
/**
 * The engine of the installed plugin, not loaded yet.
 *
 * @package Connector_For_Mautic
 */

const CORE = __DIR__ . '/../with/wp-content/plugins/connector-for-mautic/includes/core';

/**
 * Loads the engine, which loads the core with its first message.
 */
function engine(): Wasm2Php\Engine {
	require CORE . '/class-engine.php';
	return new Wasm2Php\Engine( CORE . '/core.php', 'Mautic_Connector' );
}
