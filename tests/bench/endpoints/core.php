<?php
/**
 * The engine of the installed plugin, not loaded yet.
 *
 * @package Connector_For_Mautic
 */

const ABSPATH = '/'; // Without which the core's files do nothing.

const CORE = __DIR__ . '/../with/wp-content/plugins/connector-for-mautic/includes/core';

/**
 * Loads the engine, which loads the core with its first message.
 */
function engine(): Connector_For_Mautic\Wasm\Engine {
	require CORE . '/class-engine.php';
	return new Connector_For_Mautic\Wasm\Engine( CORE . '/core.php', Connector_For_Mautic\Wasm\Core::class );
}
