<?php
/**
 * Empties OPcache, as a deployment does; it is empty from the next request on.
 *
 * @package Connector_For_Mautic
 */

echo json_encode( opcache_reset() );
