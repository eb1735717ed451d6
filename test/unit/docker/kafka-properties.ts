/** Of apache/kafka's KafkaDockerWrapper: these are for Java and its scripts. */
const notProperties = new Set([
  'KAFKA_VERSION',
  'KAFKA_HEAP_OPTS',
  'KAFKA_LOG4J_OPTS',
  'KAFKA_OPTS',
  'KAFKA_JMX_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_GC_LOG_OPTS',
]);

/** What the image puts behind the lines of the mounted server.properties: KAFKA_A_B is a.b, three underscores are "-", two are "_". */
export function kafkaProperties(environment: Readonly<Record<string, string>>): Record<string, string> {
  const set = Object.entries(environment).filter(([name]) => name.startsWith('KAFKA_') && !notProperties.has(name));
  return Object.fromEntries(
    set.map(([name, value]) => [
      name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.').replaceAll('...', '-').replaceAll('..', '_'),
      value,
    ]),
  );
}
