/*
 * The rules of SPEC.md that carry S1 and S2, as a model for spin: three candidates, two databases, time left out (whatever
 * may time out does so at any moment, so S3 is the simulation's to look at).
 *
 * One process chooses one action of one node at a time; each action is what a node does without anything in between.
 * Requests, grants, claims and admissions are slots that keep what was said last: they are read late, often, or never (delay,
 * repetition, loss), also after their sender has crashed or was wiped. Reports are cumulative: a primary hears the
 * sender's present state, or the one that it had before its last promise or its wipe, which is the report under way
 * that must not count.
 *
 * Each M_… breaks one rule; spin must find the fault. See scripts/model.ts.
 */
#ifndef EPOCHS
#define EPOCHS 3
#endif
#ifndef WRITES          /* client commits in all */
#define WRITES 2
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef WIPES
#define WIPES 1
#endif
#define COMMITS 12
#define NOBODY 3

#define FOLLOWING 0
#define OPENING 1
#define OPEN 2

/* Commits: a position is epoch * 16 + number. Commit 0 is none. */
byte count = 2;
byte pos[COMMITS];
bit database[COMMITS];
byte before[COMMITS];   /* the commit before it in its database */
byte other[COMMITS];    /* the last commit of the other database then (G5) */

/* Durable: what a wipe takes. */
byte promised[3];
bit member[3];
byte head[6];           /* node * 2 + database: its last commit there */

/* Volatile. */
byte role[3];
byte epoch[3];
bit leading[3];         /* its LiteFS has the lease; may be so for longer than its guard wants */
byte follows[3];        /* whose stream its LiteFS follows */
byte opening[3];        /* its last opening row, as a commit */
byte confirmed[3];      /* as a number, of its own epoch */
byte standing[3];       /* 0, or the epoch that it promised itself and asks votes for */
byte judging[3];        /* the candidate that it has promised to and not yet answered */

/* Slots of messages. */
byte oldPromised[3]; bit oldMember[3]; byte oldHead[6];
byte requestEpoch[3]; byte requestPosition[3];
byte grantEpoch[3]; byte grantTo[3];
byte claims[3];
byte nonce = 0;         /* the commit that carries the wiped node's nonce */
byte admitted = 0;      /* that commit, once announced */
byte forgetful = NOBODY;

/* The judge. */
bit acknowledged[COMMITS];
byte opened[4];         /* who opened each epoch, plus one */
byte writes = 0; byte crashes = 0; byte wipes = 0;

/* Scratch; zeroed after use so that it makes no states. */
byte c, h, best, i;
byte reportPromised, reportHead0, reportHead1;
bit yes, reportMember;

inline holds(n, what) {         /* yes: n has the commit */
  h = head[n * 2 + database[what]];
  do
  :: h > what -> h = before[h]
  :: else -> break
  od;
  yes = (h == what); h = 0
}

#ifdef M_HOLE_NUMBER            /* G6 by number alone */
#define REACHES(newest, named) ((pos[newest] & 15) >= (pos[named] & 15))
#else
#ifdef M_NO_HOLES               /* G7: the newest commit, whatever is missing */
#define REACHES(newest, named) true
#else
#define REACHES(newest, named) (pos[newest] >= pos[named])
#endif
#endif

inline prefix(n) {              /* best: the position of n's prefix (G7) */
  best = 0; c = 1;
  do
  :: c <= count ->
     holds(n, c);
     if
     :: yes && pos[c] > best && REACHES(head[n * 2 + 1 - database[c]], other[c]) -> best = pos[c]
     :: else
     fi;
     c++
  :: else -> break
  od;
  c = 0; yes = 0
}

#ifdef M_NO_COMPARE             /* G16 */
#define AT_LEAST(candidate, own) true
#else
#ifdef M_NUMBER_ONLY
#define AT_LEAST(candidate, own) ((candidate & 15) >= (own & 15))
#else
#define AT_LEAST(candidate, own) (candidate >= own)
#endif
#endif

#ifdef M_PROMISED_TWICE         /* G16 */
#define MAY_PROMISE(e, n) (e >= promised[n])
#else
#define MAY_PROMISE(e, n) (e > promised[n])
#endif

#ifdef M_WIPED_VOICE            /* G32 */
#define VOICE(n) true
#else
#define VOICE(n) (member[n])
#endif

inline commit(n, d) {
  count++;
  h = head[n * 2]; c = head[n * 2 + 1];
  best = ((pos[h] & 15) > (pos[c] & 15) -> (pos[h] & 15) : (pos[c] & 15));
  pos[count] = epoch[n] * 16 + best + 1;
  database[count] = d;
  before[count] = head[n * 2 + d];
  other[count] = head[n * 2 + 1 - d];
  head[n * 2 + d] = count;
  h = 0; c = 0; best = 0
}

inline yield(n) {
  role[n] = FOLLOWING; epoch[n] = 0; opening[n] = 0; confirmed[n] = 0; standing[n] = 0
}

/* n promises; the report that it sent before may still be under way. */
inline promise(n, e) {
  h = 0;
  do
  :: h < 3 && h != n && (standing[h] == promised[n] || epoch[h] == promised[n]) -> break
  :: h < 3 && !(h != n && (standing[h] == promised[n] || epoch[h] == promised[n])) -> h++
  :: else -> break
  od;
  if
  :: h < 3 && promised[n] ->
     oldPromised[n] = promised[n]; oldMember[n] = VOICE(n);
     oldHead[n * 2] = head[n * 2]; oldHead[n * 2 + 1] = head[n * 2 + 1]
  :: else ->  /* nobody is left to whom it could count */
     oldPromised[n] = 0; oldMember[n] = 0; oldHead[n * 2] = 0; oldHead[n * 2 + 1] = 0
  fi;
  h = 0;
  promised[n] = e; standing[n] = 0; judging[n] = NOBODY
}

/* S1: whoever opens holds what was acknowledged under earlier epochs. Then everything that it holds up to there may be acknowledged (G20). */
inline acknowledge(n) {
  if
  :: role[n] == OPENING ->
     assert(opened[epoch[n]] == 0);
     opened[epoch[n]] = n + 1;
     c = 1;
     do
     :: c <= count ->
        if
        :: acknowledged[c] && (pos[c] >> 4) < epoch[n] -> holds(n, c); assert(yes)
        :: else
        fi;
        c++
     :: else -> break
     od;
     role[n] = OPEN
  :: else
  fi;
  c = 1;
  do
  :: c <= count ->
     holds(n, c);
     if
     :: yes && !acknowledged[c] && pos[c] <= epoch[n] * 16 + confirmed[n] ->
        acknowledged[c] = 1;
        /* S2: a later primary that is open holds it too. */
        i = 0;
        do
        :: i < 3 ->
           if
           :: i != n && role[i] == OPEN && epoch[i] > epoch[n] -> holds(i, c); assert(yes)
           :: else
           fi;
           i++
        :: else -> break
        od;
        i = 0
     :: else
     fi;
     c++
  :: else -> break
  od;
  c = 0; yes = 0
}

/* G22, G23: a primary takes a report into account. */
inline hearReport(n) {
#ifdef M_ANY_EPOCH
  yes = reportMember;
#else
  yes = reportMember && (reportPromised == epoch[n]);
#endif
  if
  :: yes ->
     /* Up to which number of its own epoch the reporter holds everything: the first commit of n that it lacks ends it. */
     best = 15; c = 1;
     do
     :: c <= count ->
        if
        :: (pos[c] >> 4) == epoch[n] ->
           h = (database[c] -> reportHead1 : reportHead0);
           /* The report names a commit of n's own log (its checksum matches), at or after this one. */
#ifdef M_NO_CHECKSUM
           i = 0; yes = ((pos[h] & 15) >= (pos[c] & 15));
#else
           i = h; holds(n, i); i = 0; h = (database[c] -> reportHead1 : reportHead0);
           yes = yes && h >= c;
#endif
           h = 0;
           if
           :: !yes && (pos[c] & 15) - 1 < best -> best = (pos[c] & 15) - 1
           :: else
           fi
        :: else
        fi;
        c++
     :: else -> break
     od;
     c = 0;
     i = head[n * 2]; h = head[n * 2 + 1];
     if
     :: (pos[h] > pos[i]) -> i = h
     :: else
     fi;
     h = 0;
     best = (best < (pos[i] & 15) -> best : (pos[i] & 15));
     i = 0;
     if
     :: best > confirmed[n] -> confirmed[n] = best
     :: else
     fi;
     best = 0;
     if
     :: opening[n] && confirmed[n] >= (pos[opening[n]] & 15) -> acknowledge(n)
     :: else
     fi
  :: else
  fi;
  yes = 0; reportMember = 0; reportPromised = 0; reportHead0 = 0; reportHead1 = 0
}

#define NODE(n) \
  :: d_step { promised[n] < EPOCHS && role[n] == FOLLOWING && VOICE(n) -> \
       i = promised[n] + 1; promise(n, i); standing[n] = i; i = 0; \
       prefix(n); requestEpoch[n] = standing[n]; requestPosition[n] = best; best = 0 } \
  :: d_step { role[n] != FOLLOWING -> yield(n) } \
  :: d_step { leading[n] && role[n] == FOLLOWING -> leading[n] = 0; leave(n) } \
  :: d_step { role[n] == OPENING && !opening[n] && leading[n] -> \
       commit(n, 0); commit(n, 1); opening[n] = count; OPENED_EARLY(n) } \
  :: d_step { opening[n] && writes < WRITES && leading[n] -> commit(n, 0); writes++ } \
  :: d_step { opening[n] && writes < WRITES && leading[n] -> commit(n, 1); writes++ } \
  :: d_step { role[n] == OPEN && forgetful != NOBODY && !member[forgetful] && !nonce && forgetful != n -> \
       commit(n, 0); nonce = count } \
  :: d_step { role[n] == OPEN && nonce && !admitted && (pos[nonce] >> 4) == epoch[n] && ADMITS(n) -> admitted = nonce } \
  :: d_step { forgetful == n && admitted && !member[n] && promised[n] <= (pos[admitted] >> 4) -> \
       holds(n, admitted); i = yes; prefix(n); \
       if :: i && best >= pos[admitted] -> member[n] = 1; promised[n] = (pos[admitted] >> 4) :: else fi; \
       i = 0; best = 0; yes = 0 } \
  :: d_step { crashes < CRASHES -> crashes++; crash(n) } \
  :: d_step { wipes < WIPES && member[0] && member[1] && member[2] -> \
       wipes++; crash(n); promise(n, 0); member[n] = 0; head[n * 2] = 0; head[n * 2 + 1] = 0; forgetful = n }

#ifdef M_OPEN_EARLY             /* G20 */
#define OPENED_EARLY(n) confirmed[n] = (pos[count] & 15) - 2; acknowledge(n)
#else
#define OPENED_EARLY(n) skip
#endif

#ifdef M_ADMIT_EARLY            /* G34 */
#define ADMITS(n) true
#else
#define ADMITS(n) (confirmed[n] >= (pos[nonce] & 15))
#endif

/* Streams of one that no longer leads end. */
inline leave(n) {
  if :: follows[0] == n -> follows[0] = NOBODY :: else fi;
  if :: follows[1] == n -> follows[1] = NOBODY :: else fi;
  if :: follows[2] == n -> follows[2] = NOBODY :: else fi
}

inline crash(n) {
  yield(n); leading[n] = 0; leave(n); follows[n] = NOBODY; judging[n] = NOBODY;
#ifdef M_FORGETS_PROMISE        /* G2 */
  promised[n] = 1
#else
  skip
#endif
}

#ifdef M_FOLLOW_ANY             /* G11 */
#define MAY_FOLLOW(n, m) (claims[m] > 0)
#else
#define MAY_FOLLOW(n, m) (claims[m] == promised[n])
#endif

#ifdef M_READ_EARLY             /* G16: the position is looked at, and only then the promise is written */
#define PROMISE(n, m) \
  :: d_step { role[n] == FOLLOWING && VOICE(n) && requestEpoch[m] && judging[n] == NOBODY && MAY_PROMISE(requestEpoch[m], n) -> \
       prefix(n); \
       if :: AT_LEAST(requestPosition[m], best) -> judging[n] = m :: else fi; \
       best = 0 } \
  :: d_step { judging[n] == m -> \
       if :: role[n] == FOLLOWING && MAY_PROMISE(requestEpoch[m], n) -> \
         promise(n, requestEpoch[m]); grantEpoch[n] = requestEpoch[m]; grantTo[n] = m \
       :: else fi; \
       judging[n] = NOBODY }
#else
#define PROMISE(n, m) \
  :: d_step { role[n] == FOLLOWING && VOICE(n) && requestEpoch[m] && judging[n] == NOBODY && MAY_PROMISE(requestEpoch[m], n) -> \
       promise(n, requestEpoch[m]); judging[n] = m } \
  :: d_step { judging[n] == m -> \
       if :: promised[n] == requestEpoch[m] -> \
         prefix(n); \
         if :: AT_LEAST(requestPosition[m], best) -> grantEpoch[n] = requestEpoch[m]; grantTo[n] = m :: else fi; \
         best = 0 \
       :: else fi; \
       judging[n] = NOBODY }
#endif

/* n does something with what m has said, or with m's stream. */
#define PAIR(n, m) \
  PROMISE(n, m) \
  :: d_step { standing[n] && promised[n] == standing[n] && grantTo[m] == n && grantEpoch[m] == standing[n] -> \
       role[n] = OPENING; epoch[n] = standing[n]; standing[n] = 0; \
       opening[n] = 0; confirmed[n] = 0; leading[n] = 1; follows[n] = NOBODY; claims[n] = epoch[n] } \
  :: d_step { opening[n] && confirmed[n] < (pos[count] & 15) -> \
       reportPromised = promised[m]; reportMember = VOICE(m); reportHead0 = head[m * 2]; reportHead1 = head[m * 2 + 1]; hearReport(n) } \
  :: d_step { opening[n] && confirmed[n] < (pos[count] & 15) && oldPromised[m] -> \
       reportPromised = oldPromised[m]; reportMember = oldMember[m]; reportHead0 = oldHead[m * 2]; reportHead1 = oldHead[m * 2 + 1]; \
       hearReport(n) } \
  :: d_step { claims[m] > promised[n] -> \
       if :: role[n] != FOLLOWING -> yield(n) :: else fi; \
       promise(n, claims[m]) } \
  :: d_step { !leading[n] && follows[n] != m && leading[m] && MAY_FOLLOW(n, m) -> follows[n] = m } \
  :: d_step { follows[n] == m && leading[m] && head[n * 2] != head[m * 2] -> pull(n, m, 0) } \
  :: d_step { follows[n] == m && leading[m] && head[n * 2 + 1] != head[m * 2 + 1] -> pull(n, m, 1) }

/* The next transaction when n's log is a beginning of m's, the whole database otherwise. */
inline pull(n, m, d) {
  h = head[m * 2 + d];
  do
  :: h && before[h] != head[n * 2 + d] -> h = before[h]
  :: else -> break
  od;
  head[n * 2 + d] = (h -> h : head[m * 2 + d]);
  h = 0
}

active proctype world() {
  d_step {
    /* Epoch 1 is open on node 0, and everybody has its opening rows. */
    pos[1] = 17; database[1] = 0; before[1] = 0; other[1] = 0;
    pos[2] = 18; database[2] = 1; before[2] = 0; other[2] = 1;
    acknowledged[1] = 1; acknowledged[2] = 1;
    i = 0;
    do
    :: i < 3 ->
       promised[i] = 1; member[i] = 1; head[i * 2] = 1; head[i * 2 + 1] = 2;
       follows[i] = (i -> 0 : NOBODY); judging[i] = NOBODY; grantTo[i] = NOBODY;
       i++
    :: else -> break
    od;
    i = 0;
    role[0] = OPEN; epoch[0] = 1; leading[0] = 1; opening[0] = 2; confirmed[0] = 2; claims[0] = 1; opened[1] = 1
  };
end:
  do
  NODE(0)
  NODE(1)
  NODE(2)
  PAIR(0, 1)
  PAIR(0, 2)
  PAIR(1, 0)
  PAIR(1, 2)
  PAIR(2, 0)
  PAIR(2, 1)
  od
}
