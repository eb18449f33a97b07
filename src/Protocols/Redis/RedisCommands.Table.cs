namespace PixieOrleans.Protocols.Redis;

/// <summary>The part that is data.</summary>
internal static partial class RedisCommands
{
    // As COMMAND DOCS of Redis 7.0.15 tells them, and commands of later versions. "a" once, "a?" once or not, "a+" and
    // "a*" a list, "a/b+" a list of several words each, "a#" flags and words with a value, "&" words with a value each,
    // "@" keys and values by the number before. "|" is before a subcommand, "!" behind the name of those that have
    // some. Without arguments: there are none, or their order is free; they become an array.
    private const string Table = """
        ACL!; ACL|CAT categoryname?; ACL|DELUSER username+; ACL|DRYRUN username command arg*;
        ACL|GENPASS bits?; ACL|GETUSER username; ACL|HELP; ACL|LIST; ACL|LOAD; ACL|LOG count?; ACL|SAVE;
        ACL|SETUSER username rule*; ACL|USERS; ACL|WHOAMI; APPEND key value; ASKING; AUTH username? password;
        BGREWRITEAOF; BGSAVE schedule?; BITCOUNT; BITFIELD; BITFIELD_RO; BITOP operation destkey key+; BITPOS;
        BLMOVE source destination wherefrom whereto timeout; BLMPOP; BLPOP key+ timeout; BRPOP key+ timeout;
        BRPOPLPUSH source destination timeout; BZMPOP; BZPOPMAX key+ timeout; BZPOPMIN key+ timeout; CLIENT!;
        CLIENT|CACHING mode; CLIENT|GETNAME; CLIENT|GETREDIR; CLIENT|HELP; CLIENT|ID; CLIENT|INFO; CLIENT|KILL;
        CLIENT|LIST; CLIENT|NO-EVICT enabled; CLIENT|NO-TOUCH mode; CLIENT|PAUSE timeout mode?;
        CLIENT|REPLY on-off-skip; CLIENT|SETINFO attribute value; CLIENT|SETNAME connection-name;
        CLIENT|TRACKING; CLIENT|TRACKINGINFO; CLIENT|UNBLOCK client-id timeout-error?; CLIENT|UNPAUSE;
        CLUSTER!; CLUSTER|ADDSLOTS slot+; CLUSTER|ADDSLOTSRANGE start-slot/end-slot+; CLUSTER|BUMPEPOCH;
        CLUSTER|COUNT-FAILURE-REPORTS node-id; CLUSTER|COUNTKEYSINSLOT slot; CLUSTER|DELSLOTS slot+;
        CLUSTER|DELSLOTSRANGE start-slot/end-slot+; CLUSTER|FAILOVER options?; CLUSTER|FLUSHSLOTS;
        CLUSTER|FORGET node-id; CLUSTER|GETKEYSINSLOT slot count; CLUSTER|HELP; CLUSTER|INFO;
        CLUSTER|KEYSLOT key; CLUSTER|LINKS; CLUSTER|MEET ip port cluster-bus-port?; CLUSTER|MYID;
        CLUSTER|MYSHARDID; CLUSTER|NODES; CLUSTER|REPLICAS node-id; CLUSTER|REPLICATE node-id;
        CLUSTER|RESET hard-soft?; CLUSTER|SAVECONFIG; CLUSTER|SET-CONFIG-EPOCH config-epoch; CLUSTER|SETSLOT;
        CLUSTER|SHARDS; CLUSTER|SLAVES node-id; CLUSTER|SLOTS; COMMAND!; COMMAND|COUNT;
        COMMAND|DOCS command-name*; COMMAND|GETKEYS; COMMAND|GETKEYSANDFLAGS; COMMAND|HELP;
        COMMAND|INFO command-name*; COMMAND|LIST; CONFIG!; CONFIG|GET parameter+; CONFIG|HELP;
        CONFIG|RESETSTAT; CONFIG|REWRITE; CONFIG|SET parameter/value+; COPY; DBSIZE; DEBUG; DECR key;
        DECRBY key decrement; DEL key+; DISCARD; DUMP key; ECHO message; EVAL script numkeys @;
        EVALSHA sha1 numkeys @; EVALSHA_RO sha1 numkeys @; EVAL_RO script numkeys @; EXEC; EXISTS key+;
        EXPIRE key seconds condition?; EXPIREAT key timestamp condition?; EXPIRETIME key; FAILOVER;
        FCALL function numkeys @; FCALL_RO function numkeys @; FLUSHALL async?; FLUSHDB async?; FUNCTION!;
        FUNCTION|DELETE library-name; FUNCTION|DUMP; FUNCTION|FLUSH async?; FUNCTION|HELP; FUNCTION|KILL;
        FUNCTION|LIST; FUNCTION|LOAD replace? function-code; FUNCTION|RESTORE serialized-value policy?;
        FUNCTION|STATS; GEOADD; GEODIST key member1 member2 unit?; GEOHASH key member+; GEOPOS key member+;
        GEORADIUS; GEORADIUSBYMEMBER; GEORADIUSBYMEMBER_RO; GEORADIUS_RO; GEOSEARCH; GEOSEARCHSTORE; GET key;
        GETBIT key offset; GETDEL key; GETEX key options#; GETRANGE key start end; GETSET key value;
        HDEL key field+; HELLO; HEXISTS key field; HEXPIRE; HEXPIREAT; HEXPIRETIME; HGET key field;
        HGETALL key; HGETDEL; HGETEX; HINCRBY key field increment; HINCRBYFLOAT key field increment; HKEYS key;
        HLEN key; HMGET key field+; HMSET key field/value+; HPERSIST; HPEXPIRE; HPEXPIREAT; HPEXPIRETIME;
        HPTTL; HRANDFIELD; HSCAN key cursor &; HSET key field/value+; HSETEX; HSETNX key field value;
        HSTRLEN key field; HTTL; HVALS key; INCR key; INCRBY key increment; INCRBYFLOAT key increment;
        INFO section*; KEYS pattern; LASTSAVE; LATENCY!; LATENCY|DOCTOR; LATENCY|GRAPH event; LATENCY|HELP;
        LATENCY|HISTOGRAM command*; LATENCY|HISTORY event; LATENCY|LATEST; LATENCY|RESET event*; LCS;
        LINDEX key index; LINSERT key where pivot element; LLEN key;
        LMOVE source destination wherefrom whereto; LMPOP; LOLWUT; LPOP key count?; LPOS; LPUSH key element+;
        LPUSHX key element+; LRANGE key start stop; LREM key count element; LSET key index element;
        LTRIM key start stop; MEMORY!; MEMORY|DOCTOR; MEMORY|HELP; MEMORY|MALLOC-STATS; MEMORY|PURGE;
        MEMORY|STATS; MEMORY|USAGE; MGET key+; MIGRATE; MODULE!; MODULE|HELP; MODULE|LIST;
        MODULE|LOAD path arg*; MODULE|LOADEX; MODULE|UNLOAD name; MONITOR; MOVE key db; MSET key/value+;
        MSETNX key/value+; MULTI; OBJECT!; OBJECT|ENCODING key; OBJECT|FREQ key; OBJECT|HELP;
        OBJECT|IDLETIME key; OBJECT|REFCOUNT key; PERSIST key; PEXPIRE key milliseconds condition?;
        PEXPIREAT key milliseconds-timestamp condition?; PEXPIRETIME key; PFADD key element*; PFCOUNT key+;
        PFDEBUG subcommand key; PFMERGE destkey sourcekey+; PFSELFTEST; PING message?;
        PSETEX key milliseconds value; PSUBSCRIBE pattern+; PSYNC replicationid offset; PTTL key;
        PUBLISH channel message; PUBSUB!; PUBSUB|CHANNELS pattern?; PUBSUB|HELP; PUBSUB|NUMPAT;
        PUBSUB|NUMSUB channel*; PUBSUB|SHARDCHANNELS pattern?; PUBSUB|SHARDNUMSUB shardchannel*;
        PUNSUBSCRIBE pattern*; QUIT; RANDOMKEY; READONLY; READWRITE; RENAME key newkey; RENAMENX key newkey;
        REPLCONF!; REPLCONF|ACK offset; REPLCONF|GETACK offset; REPLICAOF host port; RESET; RESTORE;
        RESTORE-ASKING; ROLE; RPOP key count?; RPOPLPUSH source destination; RPUSH key element+;
        RPUSHX key element+; SADD key member+; SAVE; SCAN cursor &; SCARD key; SCRIPT!; SCRIPT|DEBUG mode;
        SCRIPT|EXISTS sha1+; SCRIPT|FLUSH async?; SCRIPT|HELP; SCRIPT|KILL; SCRIPT|LOAD script;
        SCRIPT|SHOW sha1; SDIFF key+; SDIFFSTORE destination key+; SELECT index; SET key value options#;
        SETBIT key offset value; SETEX key seconds value; SETNX key value; SETRANGE key offset value;
        SHUTDOWN nosave-save? now? force? abort?; SINTER key+; SINTERCARD; SINTERSTORE destination key+;
        SISMEMBER key member; SLAVEOF host port; SLOWLOG!; SLOWLOG|GET count?; SLOWLOG|HELP; SLOWLOG|LEN;
        SLOWLOG|RESET; SMEMBERS key; SMISMEMBER key member+; SMOVE source destination member; SORT; SORT_RO;
        SPOP key count?; SPUBLISH shardchannel message; SRANDMEMBER key count?; SREM key member+;
        SSCAN key cursor &; SSUBSCRIBE shardchannel+; STRLEN key; SUBSCRIBE channel+; SUBSTR key start end;
        SUNION key+; SUNIONSTORE destination key+; SUNSUBSCRIBE shardchannel*; SWAPDB index1 index2; SYNC;
        TIME; TOUCH key+; TTL key; TYPE key; UNLINK key+; UNSUBSCRIBE channel*; UNWATCH;
        WAIT numreplicas timeout; WAITAOF numlocal numreplicas timeout; WATCH key+; XACK key group id+; XADD;
        XAUTOCLAIM; XCLAIM; XDEL key id+; XGROUP!; XGROUP|CREATE;
        XGROUP|CREATECONSUMER key groupname consumername; XGROUP|DELCONSUMER key groupname consumername;
        XGROUP|DESTROY key groupname; XGROUP|HELP; XGROUP|SETID; XINFO!; XINFO|CONSUMERS key groupname;
        XINFO|GROUPS key; XINFO|HELP; XINFO|STREAM; XLEN key; XPENDING; XRANGE; XREAD; XREADGROUP; XREVRANGE;
        XSETID; XTRIM; ZADD; ZCARD key; ZCOUNT key min max; ZDIFF; ZDIFFSTORE destination numkeys key+;
        ZINCRBY key increment member; ZINTER; ZINTERCARD; ZINTERSTORE; ZLEXCOUNT key min max; ZMPOP;
        ZMSCORE key member+; ZPOPMAX key count?; ZPOPMIN key count?; ZRANDMEMBER; ZRANGE; ZRANGEBYLEX;
        ZRANGEBYSCORE; ZRANGESTORE; ZRANK key member; ZREM key member+; ZREMRANGEBYLEX key min max;
        ZREMRANGEBYRANK key start stop; ZREMRANGEBYSCORE key min max; ZREVRANGE key start stop withscores?;
        ZREVRANGEBYLEX; ZREVRANGEBYSCORE; ZREVRANK key member; ZSCAN key cursor &; ZSCORE key member; ZUNION;
        ZUNIONSTORE;
        """;
}
