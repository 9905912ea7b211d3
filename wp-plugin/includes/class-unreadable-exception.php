<?php
/**
 * Why a stored value cannot be read.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Its message is the `why` of the core's event `connection_unreadable`: `key_missing`,
 * `key_changed`, `damaged`, `other_site` or `newer_version`.
 */
final class Unreadable_Exception extends \RuntimeException {
}
