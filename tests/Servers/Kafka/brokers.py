# The same as Program.cs with Debian's librdkafka, which is older: argument, the number of brokers.
import sys, threading
from confluent_kafka.admin import AdminClient

admin = AdminClient({'test.mock.num.brokers': int(sys.argv[1]), 'log_level': 0})
metadata = admin.list_topics(timeout=20)
print('brokers ' + ','.join('%s:%d' % (b.host, b.port) for b in metadata.brokers.values()), flush=True)
threading.Event().wait()
