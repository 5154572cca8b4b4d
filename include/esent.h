#pragma once

/*
 * esent.h: the JET API of the Extensible Storage Engine (ESE), on Linux.
 *
 * Names, values and struct layouts are those of <esent.h> on 64-bit Windows (JET_VERSION 0x0A01), with three
 * differences that follow from the platform:
 *   - what is `long` there (32 bits on Windows) is JET_INT32 or JET_UINT32 here;
 *   - wide strings are char16_t: UTF-16 in the byte order of the machine;
 *   - narrow strings are UTF-8. Both flavours are converted strictly: JET_errUnicodeTranslationFail for malformed text.
 *
 * Contents
 *   1  Basic types
 *   2  Errors and warnings (JET_err..., JET_wrn...)
 *   3  Limits, empty handles
 *   4  System parameters (JET_param...)
 *   5  Option bits and enumerations, in the order of the functions that take them
 *   6  Structures
 *   7  Functions: instance, parameters, sessions, databases, information, external backup, restore
 *   8  Functions that are not available yet: sessions, cursors, records, snapshots
 *   9  Extensions of libesent (Esent..., JET_event..., parameters above 0x10000)
 *  10  Names without A or W; 11  Backups of a running program
 *
 * Where facts come from. Each function has a page of its own name at
 * https://learn.microsoft.com/windows/win32/extensible-storage-engine/NAME-function; that page is meant unless a
 * comment names another source. "BACKUP-SEMANTICS n" and "OBSERVED" are the project's own references: what the original
 * engine's source says and what it was seen to do.
 *
 * Errors. Every function returns JET_errSuccess (0), a warning (positive: it did its work, with a remark) or an error
 * (negative: nothing changed, unless its comment says otherwise). EsentGetErrorDetail (part 9) tells in plain words
 * what went wrong in the calling thread's last failing call. "Gate" in the comments below stands for what every call on
 * an instance returns first, in this order (BACKUP-SEMANTICS 1.3):
 *   JET_errInvalidParameter               the instance handle is none (JET_errRunningInMultiInstanceMode for the calls
 *                                         without an instance argument, when instances were made by name)
 *   JET_errClientRequestToStopJetService  JetStopService(Instance) was called
 *   JET_errInstanceUnavailable            the instance failed earlier; it can only be ended. Where its log found no
 *                                         room: JET_errInstanceUnavailableDueToFatalLogDiskFull
 *   JET_errTermInProgress, JET_errRestoreInProgress, JET_errNotInitialized
 *
 * Threads. Any thread may call any function at any time, unless the comment says otherwise. A session, and all that was
 * opened in it, belongs to one thread at a time. JetTerm waits for calls that are under way.
 *
 * Files. What the library makes is read and written by its owner alone. In a process of root, a file or directory that
 * is made belongs to owner and group of the directory in which it is made, so that a program of that user can go on with
 * it; where that owner is root, and the directory's group may write there, the group may read and write the file. Files
 * that exist stay whose they are.
 *
 * Sizes are in bytes, in both flavours.
 */

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif

/* Accepted as on Windows. Nothing depends on it: every declaration is always there, in its newest layout. */
#ifndef JET_VERSION
#define JET_VERSION 0x0A01
#endif

/* The calling convention on Windows; here there is only one, so both are empty. */
#define JET_API
#define JET_NODSAPI

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---------------------------------------------------------------------------------------------------------------------
 * 1  Basic types
 * ------------------------------------------------------------------------------------------------------------------ */

typedef int32_t JET_INT32;      /* `long` on Windows */
typedef uint32_t JET_UINT32;    /* `unsigned long` on Windows */
typedef uintptr_t JET_API_PTR;  /* an integer that can hold a pointer */

typedef JET_INT32 JET_ERR;        /* 0 success, negative error, positive warning */
typedef JET_API_PTR JET_HANDLE;   /* an open file of a backup; small integers, 0 is valid (OBSERVED) */
typedef JET_API_PTR JET_INSTANCE; /* one engine with its own logs, see JetCreateInstance2 */
typedef JET_API_PTR JET_SESID;    /* a session, see JetBeginSession */
typedef JET_API_PTR JET_TABLEID;  /* a cursor on a table */
typedef JET_API_PTR JET_LS;       /* local storage of a cursor or table */
typedef JET_API_PTR JET_OSSNAPID; /* a volume snapshot session */
typedef JET_UINT32 JET_DBID;      /* an open database; valid in the session that opened it */
typedef JET_UINT32 JET_COLUMNID;
typedef JET_UINT32 JET_OBJTYP;    /* JET_objtyp... */
typedef JET_UINT32 JET_COLTYP;    /* JET_coltyp... */
typedef JET_UINT32 JET_GRBIT;     /* option bits, JET_bit... */
typedef JET_UINT32 JET_SNP;       /* which operation reports its status, JET_snp... */
typedef JET_UINT32 JET_SNT;       /* what it reports, JET_snt... */
typedef JET_UINT32 JET_CBTYP;     /* why a table callback is called, JET_cbtyp... */
typedef double JET_DATESERIAL;    /* days since 1899-12-30, as in OLE automation */

typedef char* JET_PSTR;             /* UTF-8, ends with a NUL */
typedef const char* JET_PCSTR;
typedef char16_t* JET_PWSTR;        /* UTF-16, ends with a NUL */
typedef const char16_t* JET_PCWSTR;

/* Progress of a long operation. `pv` points to JET_SNPROG when snt is JET_sntProgress, otherwise it may be NULL. It
   is called from the thread that made the call. A negative result stops the operation, which then returns that
   result. */
typedef JET_ERR(*JET_PFNSTATUS)(JET_SESID sesid, JET_SNP snp, JET_SNT snt, void* pv);

/* The same for JetInit4, with the caller's own context. */
typedef JET_ERR(*JET_PFNINITCALLBACK)(JET_SNP snp, JET_SNT snt, void* pv, void* pvContext);

/* A callback of a table, or of JetDefragment2. */
typedef JET_ERR(*JET_CALLBACK)(JET_SESID sesid, JET_DBID dbid, JET_TABLEID tableid, JET_CBTYP cbtyp, void* pvArg1,
                               void* pvArg2, void* pvContext, JET_API_PTR ulUnused);

/* Like realloc: pv NULL allocates, cb 0 frees. NULL means that there is no memory. */
typedef void*(*JET_PFNREALLOC)(void* pvContext, void* pv, JET_UINT32 cb);

/* ---------------------------------------------------------------------------------------------------------------------
 * 2  Errors and warnings
 *
 * Source of names and values: page "Extensible Storage Engine Errors" and BACKUP-SEMANTICS 6.1. The meanings are also
 * what JET_paramErrorToString gives. Some names stand for the same number as another one.
 * ------------------------------------------------------------------------------------------------------------------ */

#define JET_errSuccess 0 /* success */
#define JET_wrnNyi (-1) /* not built in this engine (a negative value in spite of its name) */
#define JET_errRfsFailure (-100) /* a failure that a test asked for */
#define JET_errRfsNotArmed (-101) /* failure injection is not switched on */
#define JET_errFileClose (-102) /* a file could not be closed */
#define JET_errOutOfThreads (-103) /* no thread could be started */
#define JET_errTooManyIO (-105) /* too many reads and writes are under way; try again */
#define JET_errTaskDropped (-106) /* a background task was given up */
#define JET_errInternalError (-107) /* the engine contradicts itself; nothing more was changed */
#define JET_errDisabledFunctionality (-112) /* the call exists and is switched off in this program */
/* a part of the operating system that the call needs cannot be loaded */
#define JET_errUnloadableOSFunctionality (-113)
#define JET_errDeviceMissing (-114) /* the device is not there */
#define JET_errDeviceMisconfigured (-115) /* the device is set up wrongly */
#define JET_errDeviceTimeout (-116) /* the device did not answer in time */
#define JET_errDeviceFailure (-118) /* the device failed */
/* the order in which pages must be written is contradictory */
#define JET_errDatabaseBufferDependenciesCorrupted (-255)
#define JET_wrnRemainingVersions 321 /* old versions of records are left, because a transaction can still see them */
/* the record has an older version that this session must use (inside the engine) */
#define JET_errPreviousVersion (-322)
#define JET_errPageBoundary (-323) /* the end of a page was reached (inside the engine) */
#define JET_errKeyBoundary (-324) /* the end of a key was reached (inside the engine) */
#define JET_errBadPageLink (-327) /* a page and its neighbour do not name each other; the tree is damaged */
#define JET_errBadBookmark (-328) /* the bookmark belongs to no record */
#define JET_errNTSystemCallFailed (-334) /* the operating system refused a call */
#define JET_errBadParentPageLink (-338) /* a page is not the one that its parent page describes; the tree is damaged */
#define JET_errSPAvailExtCacheOutOfSync (-340) /* the list of free space does not agree with the tree that holds it */
#define JET_errSPAvailExtCorrupted (-341) /* the tree of free space is damaged */
#define JET_errSPAvailExtCacheOutOfMemory (-342) /* no memory for the list of free space */
#define JET_errSPOwnExtCorrupted (-343) /* the tree of owned space is damaged */
#define JET_errDbTimeCorrupted (-344) /* a page carries a dbtime beyond the one of its database */
#define JET_wrnUniqueKey 345 /* the seek found the only entry with this key */
#define JET_errKeyTruncated (-346) /* the key is longer than the index keeps, and the index may not cut keys */
#define JET_errDatabaseLeakInSpace (-348) /* pages belong to no tree and are not free either */
#define JET_errBadEmptyPage (-351) /* a page is empty that may not be empty */
#define JET_errBadLineCount (-354) /* a page's number of nodes does not fit the page */
#define JET_errPageTagCorrupted (-357) /* a page's array of nodes is damaged */
#define JET_errNodeCorrupted (-358) /* a node inside a page is damaged */
#define JET_wrnSeparateLongValue 406 /* the long value lies outside the record */
#define JET_wrnRecordFoundGreater JET_wrnSeekNotEqual
#define JET_wrnRecordFoundLess JET_wrnSeekNotEqual
#define JET_errColumnIllegalNull JET_errNullInvalid
#define JET_errKeyTooBig (-408) /* the key is too long */
#define JET_errCannotSeparateIntrinsicLV (-416) /* the value was asked to stay in its record, where it has no room */
#define JET_errSeparatedLongValue (-421) /* the operation is not possible on a long value outside its record */
#define JET_errMustBeSeparateLongValue (-423) /* the operation is only possible on a long value outside its record */
#define JET_errInvalidPreread (-424) /* long values cannot be read ahead on a secondary index */
#define JET_errInvalidColumnReference (-426) /* the reference to a column value is malformed */
#define JET_errStaleColumnReference (-427) /* the reference names a column value that is gone */
#define JET_wrnNoMoreRecords 428 /* the end of a run of records was reached */
#define JET_errCompressionIntegrityCheckFailed (-431) /* a value differs after compressing and expanding it */
#define JET_wrnIndexDeferredPopulateIncomplete 432 /* the index that is filled bit by bit is not full yet */
#define JET_wrnIndexDeferredPopulateHalted 433 /* filling the index bit by bit was halted */
/* the index is still being filled and cannot be used yet */
#define JET_errIndexDeferredPopulateCurrentlyUnavailable (-434)
#define JET_errInvalidLoggedOperation (-500) /* a log record asks for something that makes no sense */
#define JET_errLogFileCorrupt (-501) /* a log file is damaged */
#define JET_errNoBackupDirectory (-503) /* no backup folder was named */
#define JET_errBackupDirectoryNotEmpty (-504) /* the backup folder holds other files */
#define JET_errBackupInProgress (-505) /* a backup is running; one at a time, and no attach, detach or end meanwhile */
#define JET_errRestoreInProgress (-506) /* a restore is running */
#define JET_errMissingPreviousLogFile (-509) /* a log file between the checkpoint and the newest one is missing */
#define JET_errLogWriteFail (-510) /* the log could not be written; the instance accepts no changes any more */
#define JET_errLogDisabledDueToRecoveryFailure (-511) /* an earlier recovery failed, so nothing is logged */
#define JET_errCannotLogDuringRecoveryRedo (-512) /* something tried to log while logs were replayed */
#define JET_errLogGenerationMismatch (-513) /* the generation in a log file is not the one of its name */
#define JET_errBadLogVersion (-514) /* the log format belongs to another version of the engine */
#define JET_errInvalidLogSequence (-515) /* the log files do not follow each other */
#define JET_errLoggingDisabled (-516) /* logging is off (JET_paramRecovery); a backup needs it */
#define JET_errLogBufferTooSmall (-517) /* one log record is larger than the log buffer */
#define JET_errLogSequenceEnd (-519) /* the log generations are used up */
#define JET_errNoBackup (-520) /* no external backup was begun */
#define JET_errInvalidBackupSequence (-521) /* this backup call is not possible at this point of the sequence */
#define JET_errBackupNotAllowedYet (-523) /* no backup while recovery runs or before it */
#define JET_errDeleteBackupFileFail (-524) /* an old backup file could not be deleted */
#define JET_errMakeBackupDirectoryFail (-525) /* the backup folder could not be made */
#define JET_errInvalidBackup (-526) /* no incremental backup with circular logging */
#define JET_errRecoveredWithErrors (-527) /* the restore ended with errors that it could pass over */
#define JET_errMissingLogFile (-528) /* the current log file or one in the middle is missing */
#define JET_errLogDiskFull (-529) /* no room for the next log file */
#define JET_errBadLogSignature (-530) /* a log file belongs to another log stream */
#define JET_errBadDbSignature (-531) /* a database file is not the one that the logs speak of */
#define JET_errBadCheckpointSignature (-532) /* the checkpoint file belongs to another log stream */
#define JET_errCheckpointCorrupt (-533) /* both halves of the checkpoint file are damaged */
#define JET_errMissingPatchPage (-534) /* a patch page is missing (obsolete) */
/* the trailer page of the database copy is missing or damaged, so the copy is incomplete */
#define JET_errBadPatchPage (-535)
#define JET_errRedoAbruptEnded (-536) /* a log file of the backup ends too early */
#define JET_errPatchFileMissing (-538) /* the patch file of a database is missing from the backup */
#define JET_errDatabaseLogSetMismatch (-539) /* the database does not belong to these logs */
#define JET_errDatabaseStreamingFileMismatch (-540) /* the database does not belong to its streaming file (obsolete) */
#define JET_errLogFileSizeMismatch (-541) /* a log file has another size than JET_paramLogFileSize says */
#define JET_errCheckpointFileNotFound (-542) /* the checkpoint file is missing */
#define JET_errRequiredLogFilesMissing (-543) /* log files that a database needs are missing */
#define JET_errSoftRecoveryOnBackupDatabase (-544) /* the database is a raw copy out of a backup; restore it first */
/* a log file has another size, but the databases are clean and need no logs */
#define JET_errLogFileSizeMismatchDatabasesConsistent (-545)
#define JET_errLogSectorSizeMismatch (-546) /* the logs were written for another sector size */
/* the logs were written for another sector size, but the databases are clean */
#define JET_errLogSectorSizeMismatchDatabasesConsistent (-547)
/* the log generations are used up, but the databases are clean */
#define JET_errLogSequenceEndDatabasesConsistent (-548)
#define JET_errStreamingDataNotLogged (-549) /* streaming data is not in the logs (obsolete) */
#define JET_errDatabaseDirtyShutdown (-550) /* the database was not detached cleanly and needs recovery */
#define JET_errDatabaseInconsistent JET_errDatabaseDirtyShutdown
/* the database copy comes from another point of time than the logs expect */
#define JET_errConsistentTimeMismatch (-551)
/* header and trailer of the database copy come from different backups */
#define JET_errDatabasePatchFileMismatch (-552)
#define JET_errEndingRestoreLogTooLow (-553) /* the highest log given to the restore is below what the database needs */
/* the lowest log given to the restore is above what the database needs */
#define JET_errStartingRestoreLogTooHigh (-554)
#define JET_errGivenLogFileHasBadSignature (-555) /* a log file of the backup belongs to another log stream */
#define JET_errGivenLogFileIsNotContiguous (-556) /* a log file of the backup does not follow the one before it */
#define JET_errMissingRestoreLogFiles (-557) /* log files are missing from the backup */
#define JET_wrnExistingLogFileHasBadSignature 558 /* a log file in the target belongs to another log stream */
#define JET_wrnExistingLogFileIsNotContiguous 559 /* a log file in the target does not follow the backup's logs */
#define JET_errMissingFullBackup (-560) /* an incremental backup needs a full backup of every attached database first */
#define JET_errBadBackupDatabaseSize (-561) /* the database copy has a size that no database has (obsolete) */
#define JET_errDatabaseAlreadyUpgraded (-562) /* the database has the new format already */
#define JET_errDatabaseIncompleteUpgrade (-563) /* an upgrade of the database was broken off */
#define JET_wrnSkipThisRecord 564 /* the callback asks to pass over this record */
#define JET_errMissingCurrentLogFiles (-565) /* log files are missing between the backup's logs and the newest one */
#define JET_errDbTimeTooOld (-566) /* a page lacks a change that was made before; an earlier log or write was lost */
#define JET_errDbTimeTooNew (-567) /* a page is newer than the log record that is replayed */
#define JET_errMissingFileToBackup (-569) /* a file that the backup needs is missing */
#define JET_errLogTornWriteDuringHardRestore (-570) /* a log file of the backup ends in a torn write */
#define JET_errLogTornWriteDuringHardRecovery (-571) /* a log file behind the backup ends in a torn write */
#define JET_errLogCorruptDuringHardRestore (-573) /* a log file of the backup is damaged */
#define JET_errLogCorruptDuringHardRecovery (-574) /* a log file behind the backup is damaged */
#define JET_errMustDisableLoggingForDbUpgrade (-575) /* a database can only be upgraded with logging off */
/* the restore's target instance is not running or has another base name */
#define JET_errBadRestoreTargetInstance (-577)
#define JET_wrnTargetInstanceRunning 578 /* the restore is done; the target instance was running meanwhile */
#define JET_errRecoveredWithoutUndo (-579) /* recovery stopped before undo, as asked; the databases stay dirty */
#define JET_errDatabasesNotFromSameSnapshot (-580) /* the databases are copies from different moments */
#define JET_errSoftRecoveryOnSnapshot (-581) /* the database is a snapshot copy that must be restored, not recovered */
/* log files with committed changes are missing; without them those changes are lost */
#define JET_errCommittedLogFilesMissing (-582)
#define JET_errSectorSizeNotSupported (-583) /* the disk's sectors have a size that the engine cannot use */
/* recovery stopped before undo, and the databases are clean */
#define JET_errRecoveredWithoutUndoDatabasesConsistent (-584)
#define JET_wrnCommittedLogFilesLost 585 /* log files with committed changes were missing, and the loss was accepted */
#define JET_errCommittedLogFileCorrupt (-586) /* a log file with committed changes is damaged */
/* damaged log files with committed changes were removed, and the loss was accepted */
#define JET_wrnCommittedLogFilesRemoved 587
#define JET_wrnFinishWithUndo 588 /* the client asked recovery to go on with undo */
#define JET_errLogSequenceChecksumMismatch (-590) /* a log file's running checksum does not fit the log before it */
#define JET_wrnDatabaseRepaired 595 /* the database was repaired at some time; rows may be missing */
/* a page is empty where its log record says that it is not, or the reverse */
#define JET_errPageInitializedMismatch (-596)
#define JET_errUnicodeTranslationBufferTooSmall (-601) /* a buffer is too small for the text in the other encoding */
#define JET_errUnicodeTranslationFail (-602) /* the text is not valid, or has no form in the other encoding */
#define JET_errUnicodeNormalizationNotSupported (-603) /* sort keys cannot be made for this text or version */
#define JET_errUnicodeLanguageValidationFailure (-604) /* the language is not known here */
#define JET_errExistingLogFileHasBadSignature (-610) /* a log file in the target belongs to another log stream */
#define JET_errExistingLogFileIsNotContiguous (-611) /* a log file in the target does not follow the backup's logs */
#define JET_errLogReadVerifyFailure (-612) /* a log file that is being backed up is damaged */
#define JET_errCheckpointDepthTooDeep (-614) /* too many log generations lie behind the checkpoint */
#define JET_errRestoreOfNonBackupDatabase (-615) /* the database is no copy out of a backup */
#define JET_errLogFileNotCopied (-616) /* logs cannot be truncated before every log of the backup was read to its end */
#define JET_errSurrogateBackupInProgress (-617) /* a backup runs on a replica of this instance */
#define JET_errTransactionTooLong (-618) /* the transaction spans more log generations than allowed */
#define JET_errEngineFormatVersionNoLongerSupportedTooLow (-619) /* the engine format version asked for is too old */
/* the engine format version asked for is newer than this engine */
#define JET_errEngineFormatVersionNotYetImplementedTooHigh (-620)
/* the feature needs a higher engine format version */
#define JET_errEngineFormatVersionParamTooLowForRequestedFeature (-621)
#define JET_errEngineFormatVersionSpecifiedTooLowForLogVersion (-622) /* the logs need a higher engine format version */
/* the database needs a higher engine format version */
#define JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion (-623)
#define JET_errDbTimeBeyondMaxRequired (-625) /* a page is newer than the database's required logs allow */
/* a log record does not fit the database that it is replayed into */
#define JET_errLogOperationInconsistentWithDatabase (-626)
#define JET_errBackupAbortByServer (-801) /* the backup was stopped by JetStopBackup or by the end of the instance */
#define JET_errInvalidGrbit (-900) /* an option bit is unknown or not possible here */
#define JET_errTermInProgress (-1000) /* the instance is ending */
#define JET_errFeatureNotAvailable (-1001) /* this function is not available */
#define JET_errInvalidName (-1002) /* a name is empty, too long or has forbidden characters */
#define JET_errInvalidParameter (-1003) /* an argument is out of range */
#define JET_wrnColumnNull 1004 /* the column has no value in this record */
#define JET_wrnBufferTruncated 1006 /* the buffer was too small and holds the first part */
#define JET_wrnDatabaseAttached 1007 /* the database is attached already */
#define JET_errDatabaseFileReadOnly (-1008) /* the database is attached for reading only */
#define JET_wrnSortOverflow 1009 /* the sort did not fit into memory */
#define JET_errInvalidDatabaseId (-1010) /* the database handle is none of this session */
#define JET_errOutOfMemory (-1011) /* no memory, or no free backup handle */
#define JET_errOutOfDatabaseSpace (-1012) /* the database has reached its largest size */
#define JET_errOutOfCursors (-1013) /* no more cursors */
#define JET_errOutOfBuffers (-1014) /* no more page buffers */
#define JET_errTooManyIndexes (-1015) /* the table has too many indexes */
#define JET_errTooManyKeys (-1016) /* the index has too many columns */
#define JET_errRecordDeleted (-1017) /* the record was deleted */
#define JET_errReadVerifyFailure (-1018) /* a page's checksum is wrong */
#define JET_errPageNotInitialized (-1019) /* a page is empty where data is expected */
#define JET_errOutOfFileHandles (-1020) /* no more file handles */
#define JET_errDiskReadVerificationFailure (-1021) /* the disk says that what it read is damaged */
#define JET_errDiskIO (-1022) /* reading or writing the disk failed */
#define JET_errInvalidPath (-1023) /* a path is malformed or leads nowhere */
#define JET_errInvalidSystemPath (-1024) /* the folder for system files is not usable */
#define JET_errInvalidLogDirectory (-1025) /* the folder for log files is not usable */
#define JET_errRecordTooBig (-1026) /* the record is larger than a page can hold */
#define JET_errTooManyOpenDatabases (-1027) /* too many databases are open */
#define JET_errInvalidDatabase (-1028) /* the file is no database */
#define JET_errNotInitialized (-1029) /* the instance is not initialised */
#define JET_errAlreadyInitialized (-1030) /* the instance is initialised already */
#define JET_errInitInProgress (-1031) /* the instance is being initialised */
#define JET_errFileAccessDenied (-1032) /* a file is in use by others or may not be opened */
#define JET_errQueryNotSupported (-1034) /* queries are not supported (obsolete) */
#define JET_errSQLLinkNotSupported (-1035) /* linked tables are not supported (obsolete) */
#define JET_errBufferTooSmall (-1038) /* the buffer is too small */
#define JET_wrnSeekNotEqual 1039 /* the seek found a neighbour of the key, not the key */
#define JET_errTooManyColumns (-1040) /* the table has too many columns */
#define JET_errContainerNotEmpty (-1043) /* the container has objects in it (obsolete) */
#define JET_errInvalidFilename (-1044) /* the file name is malformed */
#define JET_errInvalidBookmark (-1045) /* the bookmark is malformed */
#define JET_errColumnInUse (-1046) /* the column is part of an index */
/* the buffer has the wrong size for what is asked, or is no multiple of the page size */
#define JET_errInvalidBufferSize (-1047)
#define JET_errColumnNotUpdatable (-1048) /* the column cannot be set */
#define JET_errIndexInUse (-1051) /* the index is in use */
#define JET_errLinkNotSupported (-1052) /* links are not supported (obsolete) */
#define JET_errNullKeyDisallowed (-1053) /* the index does not take records without this value */
#define JET_errNotInTransaction (-1054) /* the operation needs a transaction */
#define JET_wrnNoErrorInfo 1055 /* nothing more is known about the error */
#define JET_errMustRollback (-1057) /* the transaction can only be rolled back */
#define JET_wrnNoIdleActivity 1058 /* there was nothing to do */
#define JET_errTooManyActiveUsers (-1059) /* too many sessions are active (obsolete) */
#define JET_errInvalidCountry (-1061) /* the country code is unknown */
#define JET_errInvalidLanguageId (-1062) /* the language is unknown */
#define JET_errInvalidCodePage (-1063) /* the code page is neither 1200 nor 1252 */
#define JET_errInvalidLCMapStringFlags (-1064) /* the sort options are not possible */
#define JET_errVersionStoreEntryTooBig (-1065) /* one change is larger than the version store can keep */
/* the version store is full, and cleaning it took too long */
#define JET_errVersionStoreOutOfMemoryAndCleanupTimedOut (-1066)
#define JET_wrnNoWriteLock 1067 /* the record is not locked for writing */
#define JET_wrnColumnSetNull 1068 /* the column was set to NULL, because the value had no room */
#define JET_errVersionStoreOutOfMemory (-1069) /* the version store is full; end the oldest transaction */
#define JET_errCurrencyStackOutOfMemory (-1070) /* no memory for a cursor's position (obsolete) */
#define JET_errCannotIndex (-1071) /* columns of this kind cannot be indexed */
#define JET_errRecordNotDeleted (-1072) /* the record was not deleted */
#define JET_errTooManyMempoolEntries (-1073) /* a table's description has too many parts */
#define JET_errOutOfObjectIDs (-1074) /* the object numbers of the database are used up */
#define JET_errOutOfLongValueIDs (-1075) /* the long value numbers of the table are used up */
#define JET_errOutOfAutoincrementValues (-1076) /* the auto-increment values of the table are used up */
#define JET_errOutOfDbtimeValues (-1077) /* the dbtime values of the database are used up */
/* the sequence numbers of a table without primary index are used up */
#define JET_errOutOfSequentialIndexValues (-1078)
/* the process runs a single unnamed instance, so no further one can be made */
#define JET_errRunningInOneInstanceMode (-1080)
#define JET_errRunningInMultiInstanceMode (-1081) /* the process runs named instances, so the call must name one */
#define JET_errSystemParamsAlreadySet (-1082) /* the parameters of the process are set already */
#define JET_errSystemPathInUse (-1083) /* another instance uses this folder for system files */
#define JET_errLogFilePathInUse (-1084) /* another instance uses this folder for log files */
#define JET_errTempPathInUse (-1085) /* another instance uses this temporary database */
#define JET_errInstanceNameInUse (-1086) /* another instance has this name */
#define JET_errSystemParameterConflict (-1087) /* two parameters contradict each other */
#define JET_errInstanceUnavailable (-1090) /* the instance failed and must be ended */
#define JET_errDatabaseUnavailable (-1091) /* the database failed and must be detached */
/* the instance failed because the log disk is full; end it and make room */
#define JET_errInstanceUnavailableDueToFatalLogDiskFull (-1092)
#define JET_errInvalidSesparamId (-1093) /* this session parameter is unknown */
#define JET_errTooManyRecords (-1094) /* there are more records than the call can count */
#define JET_errInvalidDbparamId (-1095) /* this database parameter is unknown */
#define JET_errOutOfSessions (-1101) /* no more sessions (JET_paramMaxSessions) */
#define JET_errWriteConflict (-1102) /* another transaction changed the same record; roll back and try again */
#define JET_errTransTooDeep (-1103) /* transactions are nested too deeply */
#define JET_errInvalidSesid (-1104) /* the session handle is none */
#define JET_errWriteConflictPrimaryIndex (-1105) /* another transaction is changing the same primary index */
#define JET_errInTransaction (-1108) /* the operation is not possible inside a transaction */
#define JET_errRollbackRequired (-1109) /* the transaction can only be rolled back */
#define JET_errTransReadOnly (-1110) /* the transaction was begun for reading only */
#define JET_errSessionWriteConflict (-1111) /* two cursors of one session change the same record */
/* the record would be too large for older versions of the engine */
#define JET_errRecordTooBigForBackwardCompatibility (-1112)
#define JET_errCannotMaterializeForwardOnlySort (-1113) /* this temporary table can only be read forward, once */
#define JET_errSesidTableIdMismatch (-1114) /* the cursor belongs to another session */
#define JET_errInvalidInstance (-1115) /* the instance handle is none */
#define JET_errDirtyShutdown (-1116) /* the instance ended and left its databases dirty, as asked */
#define JET_errReadPgnoVerifyFailure (-1118) /* a page with another number was read */
#define JET_errReadLostFlushVerifyFailure (-1119) /* an old copy of a page was read; a write to the disk was lost */
#define JET_errFileSystemCorruption (-1121) /* the file system says that it is damaged */
#define JET_wrnShrinkNotPossible 1122 /* there is nothing to take off the database file */
#define JET_errRecoveryVerifyFailure (-1123) /* recovery found a page that the logs cannot explain */
#define JET_errFilteredMoveNotSupported (-1124) /* a filter is not possible on this index */
/* a distributed transaction must be committed to the outermost level */
#define JET_errMustCommitDistributedTransactionToLevel0 (-1150)
/* the distributed transaction is prepared already */
#define JET_errDistributedTransactionAlreadyPreparedToCommit (-1151)
#define JET_errNotInDistributedTransaction (-1152) /* the session is in no distributed transaction */
/* the distributed transaction is not prepared yet */
#define JET_errDistributedTransactionNotYetPreparedToCommit (-1153)
#define JET_errCannotNestDistributedTransactions (-1154) /* distributed transactions cannot be nested */
#define JET_errDTCMissingCallback (-1160) /* a distributed transaction needs a callback */
#define JET_errDTCMissingCallbackOnRecovery (-1161) /* recovery of a distributed transaction needs a callback */
#define JET_errDTCCallbackUnexpectedError (-1162) /* the callback of a distributed transaction failed */
#define JET_wrnDTCCommitTransaction 1163 /* the callback says: commit the distributed transaction */
#define JET_wrnDTCRollbackTransaction 1164 /* the callback says: roll the distributed transaction back */
#define JET_errDatabaseDuplicate (-1201) /* the database exists already */
#define JET_errDatabaseInUse (-1202) /* the database is in use */
#define JET_errDatabaseNotFound (-1203) /* no database of this name is attached or there */
#define JET_errDatabaseInvalidName (-1204) /* the name of the database is malformed */
#define JET_errDatabaseInvalidPages (-1205) /* the size asked for is too small or too large */
#define JET_errDatabaseCorrupted (-1206) /* the database, or its header, is damaged */
#define JET_errDatabaseLocked (-1207) /* another session has the database for itself */
#define JET_errCannotDisableVersioning (-1208) /* versions cannot be switched off for this database */
#define JET_errInvalidDatabaseVersion (-1209) /* the format of the database belongs to another version of the engine */
#define JET_errDatabase200Format (-1210) /* the database has the format of an old engine (200) */
#define JET_errDatabase400Format (-1211) /* the database has the format of an old engine (400) */
#define JET_errDatabase500Format (-1212) /* the database has the format of an old engine (500) */
#define JET_errPageSizeMismatch (-1213) /* the database has another page size than the engine is set to */
#define JET_errTooManyInstances (-1214) /* no more instances */
#define JET_errDatabaseSharingViolation (-1215) /* another instance has the database */
/* the logs name an attached database whose file is missing or is another one */
#define JET_errAttachedDatabaseMismatch (-1216)
#define JET_errDatabaseInvalidPath (-1217) /* the path of the database is malformed */
#define JET_errDatabaseIdInUse (-1218) /* another database has this number already */
#define JET_errForceDetachNotAllowed (-1219) /* detaching by force is only possible after a failure */
#define JET_errCatalogCorrupted (-1220) /* the database's own description of its tables is damaged */
#define JET_errPartiallyAttachedDB (-1221) /* the database is only attached in part */
#define JET_errDatabaseSignInUse (-1222) /* a copy of this database is attached already */
#define JET_errDatabaseCorruptedNoRepair (-1224) /* the database is damaged and may not be repaired */
#define JET_errInvalidCreateDbVersion (-1225) /* the log asks for a new database of an unknown version */
#define JET_errDatabaseIncompleteIncrementalReseed (-1226) /* an incremental reseed of the database is not finished */
#define JET_errDatabaseInvalidIncrementalReseed (-1227) /* the database is in no state for an incremental reseed */
#define JET_errDatabaseFailedIncrementalReseed (-1228) /* the incremental reseed of the database failed */
/* the incremental reseed failed, because the logs attach no database */
#define JET_errNoAttachmentsFailedIncrementalReseed (-1229)
#define JET_errDatabaseNotReady (-1230) /* recovery has not reached the database yet */
#define JET_errDatabaseAttachedForRecovery (-1231) /* the database is attached for recovery only */
/* no transactions before recovery has rebuilt the open ones */
#define JET_errTransactionsNotReadyDuringRecovery (-1232)
#define JET_wrnTableEmpty 1301 /* the table has no records */
#define JET_errTableLocked (-1302) /* another cursor has the table for itself */
#define JET_errTableDuplicate (-1303) /* a table of this name exists already */
#define JET_errTableInUse (-1304) /* the table is in use */
#define JET_errObjectNotFound (-1305) /* no table or object of this name */
#define JET_errDensityInvalid (-1307) /* the page density is out of range */
#define JET_errTableNotEmpty (-1308) /* the table has records */
#define JET_errInvalidTableId (-1310) /* the cursor is none of this session */
#define JET_errTooManyOpenTables (-1311) /* too many tables are open */
#define JET_errIllegalOperation (-1312) /* the operation is not possible on this table */
/* too many tables are open, and closing unused ones took too long */
#define JET_errTooManyOpenTablesAndCleanupTimedOut (-1313)
#define JET_errObjectDuplicate (-1314) /* an object of this name exists already */
#define JET_errInvalidObject (-1316) /* the object is of another kind */
#define JET_errCannotDeleteTempTable (-1317) /* close a temporary table instead of deleting it */
#define JET_errCannotDeleteSystemTable (-1318) /* the engine's own tables cannot be deleted */
#define JET_errCannotDeleteTemplateTable (-1319) /* a template table cannot be deleted */
#define JET_errExclusiveTableLockRequired (-1322) /* open the table for this cursor alone */
#define JET_errFixedDDL (-1323) /* the definition of this table cannot be changed */
#define JET_errFixedInheritedDDL (-1324) /* what comes from the template table cannot be changed */
#define JET_errCannotNestDDL (-1325) /* table definitions cannot be nested this way */
#define JET_errDDLNotInheritable (-1326) /* the table is no template table */
#define JET_wrnTableInUseBySystem 1327 /* the engine uses the table for itself */
#define JET_errInvalidSettings (-1328) /* the definition contradicts itself */
#define JET_errClientRequestToStopJetService (-1329) /* JetStopService was called; end the instance */
#define JET_errCannotAddFixedVarColumnToDerivedTable (-1330) /* this derived table takes tagged columns only */
#define JET_errIndexCantBuild (-1401) /* the index could not be built */
#define JET_errIndexHasPrimary (-1402) /* the table has a primary index already */
#define JET_errIndexDuplicate (-1403) /* an index of this name exists already */
#define JET_errIndexNotFound (-1404) /* no index of this name */
#define JET_errIndexMustStay (-1405) /* the primary index cannot be deleted */
#define JET_errIndexInvalidDef (-1406) /* the definition of the index is malformed */
#define JET_errInvalidCreateIndex (-1409) /* the structure that describes the index is malformed */
#define JET_errTooManyOpenIndexes (-1410) /* too many indexes are open */
#define JET_errMultiValuedIndexViolation (-1411) /* two values of one record make the same key in a unique index */
#define JET_errIndexBuildCorrupted (-1412) /* the index came out damaged */
#define JET_errPrimaryIndexCorrupted (-1413) /* the primary index is damaged; the table needs repair */
#define JET_errSecondaryIndexCorrupted (-1414) /* a secondary index is damaged; delete and create it again */
#define JET_wrnCorruptIndexDeleted 1415 /* a damaged or outdated index was deleted */
#define JET_errInvalidIndexId (-1416) /* the index identifier is none */
#define JET_wrnPrimaryIndexOutOfDate 1417 /* the primary index was built with an older sort order */
#define JET_wrnSecondaryIndexOutOfDate 1418 /* a secondary index was built with an older sort order */
#define JET_errCantUseDeferredPopulateIndex (-1419) /* the index is not filled yet */
#define JET_errIndexTuplesSecondaryIndexOnly (-1430) /* a tuple index cannot be the primary one */
#define JET_errIndexTuplesTooManyColumns (-1431) /* a tuple index has too many columns */
#define JET_errIndexTuplesOneColumnOnly JET_errIndexTuplesTooManyColumns
#define JET_errIndexTuplesNonUniqueOnly (-1432) /* a tuple index cannot be unique */
#define JET_errIndexTuplesTextBinaryColumnsOnly (-1433) /* a tuple index is made over text or binary columns only */
#define JET_errIndexTuplesTextColumnsOnly JET_errIndexTuplesTextBinaryColumnsOnly
#define JET_errIndexTuplesVarSegMacNotAllowed (-1434) /* a tuple index cannot limit its key segments */
#define JET_errIndexTuplesInvalidLimits (-1435) /* the limits of the tuple index are out of range */
#define JET_errIndexTuplesCannotRetrieveFromIndex (-1436) /* a tuple index cannot give the column's value back */
#define JET_errIndexTuplesKeyTooSmall (-1437) /* the index's keys are too short for its tuples */
#define JET_errInvalidLVChunkSize (-1438) /* the size of long value chunks is out of range */
#define JET_errColumnCannotBeEncrypted (-1439) /* columns of this kind cannot be encrypted */
#define JET_errCannotIndexOnEncryptedColumn (-1440) /* encrypted columns cannot be indexed */
#define JET_errColumnLong (-1501) /* the column holds a long value */
#define JET_errColumnNoChunk (-1502) /* the long value has no such part */
#define JET_errColumnDoesNotFit (-1503) /* the value has no room in the record */
#define JET_errNullInvalid (-1504) /* the column must have a value */
#define JET_errColumnIndexed (-1505) /* the column is part of an index */
#define JET_errColumnTooBig (-1506) /* the column is too long */
#define JET_errColumnNotFound (-1507) /* no column of this name or number */
#define JET_errColumnDuplicate (-1508) /* a column of this name exists already */
#define JET_errMultiValuedColumnMustBeTagged (-1509) /* only tagged columns can have several values */
#define JET_errColumnRedundant (-1510) /* the table has an auto-increment or version column already */
#define JET_errInvalidColumnType (-1511) /* the column type is unknown or not possible here */
#define JET_wrnColumnMaxTruncated 1512 /* the column was made as long as it can be, which is less than asked */
#define JET_errTaggedNotNULL (-1514) /* a tagged column cannot demand a value */
#define JET_errNoCurrentIndex (-1515) /* the cursor has no index of this kind */
#define JET_errKeyIsMade (-1516) /* the key is complete already */
#define JET_errBadColumnId (-1517) /* the column number is malformed */
#define JET_errBadItagSequence (-1518) /* the column has no value of this number */
#define JET_errColumnInRelationship (-1519) /* the column is part of a relationship (obsolete) */
#define JET_wrnCopyLongValue 1520 /* the long value was copied, because others share it */
#define JET_errCannotBeTagged (-1521) /* columns of this kind cannot be tagged */
#define JET_wrnTaggedColumnsRemaining 1523 /* there are more tagged columns */
#define JET_errDefaultValueTooBig (-1524) /* the default value is too long */
#define JET_errMultiValuedDuplicate (-1525) /* the record has this value already */
#define JET_errLVCorrupted (-1526) /* a long value is damaged */
/* two values of the record are the same where the index cuts them */
#define JET_errMultiValuedDuplicateAfterTruncation (-1528)
#define JET_errDerivedColumnCorruption (-1529) /* a derived table does not agree with its template */
#define JET_errInvalidPlaceholderColumn (-1530) /* the placeholder column is malformed */
#define JET_wrnColumnSkipped 1531 /* the column was passed over, as asked */
#define JET_wrnColumnNotLocal 1532 /* the value lies outside the record and was not read */
#define JET_wrnColumnMoreTags 1533 /* the column has more values than were asked for */
#define JET_wrnColumnTruncated 1534 /* the value was cut to the size asked for */
#define JET_wrnColumnPresent 1535 /* the column has a value, which was not asked for */
#define JET_wrnColumnSingleValue 1536 /* the column has one value, given in the short form */
#define JET_wrnColumnDefault 1537 /* the value is the column's default */
#define JET_errColumnCannotBeCompressed (-1538) /* columns of this kind cannot be compressed */
#define JET_wrnColumnNotInRecord 1539 /* the value is not in the record itself */
#define JET_errColumnNoEncryptionKey (-1540) /* the session has no key for the encrypted column */
#define JET_wrnColumnReference 1541 /* a reference to the value is given instead of the value */
#define JET_errRecordNotFound (-1601) /* no record with this key */
#define JET_errRecordNoCopy (-1602) /* the session has no record in preparation */
#define JET_errNoCurrentRecord (-1603) /* the cursor stands on no record */
#define JET_errRecordPrimaryChanged (-1604) /* the primary key may not change here */
#define JET_errKeyDuplicate (-1605) /* a record with this key exists already */
#define JET_errAlreadyPrepared (-1607) /* a record is in preparation already */
#define JET_errKeyNotMade (-1608) /* make a key first (JetMakeKey) */
#define JET_errUpdateNotPrepared (-1609) /* prepare the update first (JetPrepareUpdate) */
#define JET_wrnDataHasChanged 1610 /* the record changed meanwhile */
#define JET_errDataHasChanged (-1611) /* the record changed meanwhile, so the update is refused */
#define JET_wrnKeyChanged 1618 /* the record's key changed meanwhile */
#define JET_errLanguageNotSupported (-1619) /* the language is not supported */
#define JET_errDecompressionFailed (-1620) /* a compressed value is damaged */
#define JET_errUpdateMustVersion (-1621) /* changes without versions are not possible here */
#define JET_errDecryptionFailed (-1622) /* an encrypted value could not be decrypted */
#define JET_errEncryptionBadItag (-1623) /* encrypted columns have one value only */
#define JET_errSetAutoIncrementTooHigh (-1624) /* the auto-increment value is too high to be set */
#define JET_errAutoIncrementNotSet (-1625) /* the auto-increment value must be set by the caller */
#define JET_errTooManySorts (-1701) /* too many sorts */
#define JET_errInvalidOnSort (-1702) /* the operation is not possible on a sort */
#define JET_errTempFileOpenError (-1803) /* the temporary file could not be opened */
#define JET_errTooManyAttachedDatabases (-1805) /* too many databases are attached */
#define JET_errDiskFull (-1808) /* the disk is full */
#define JET_errPermissionDenied (-1809) /* the operating system does not permit it */
#define JET_errFileNotFound (-1811) /* a file is missing */
#define JET_errFileInvalidType (-1812) /* the file is of another kind than expected */
#define JET_wrnFileOpenReadOnly 1813 /* the file was opened for reading only */
#define JET_errFileAlreadyExists (-1814) /* the file exists already */
#define JET_errAfterInitialization (-1850) /* not possible while the instance is initialised */
#define JET_errLogCorrupted (-1852) /* the log files are damaged */
#define JET_errInvalidOperation (-1906) /* the operation is not possible here */
#define JET_errAccessDenied (-1907) /* access was refused */
#define JET_wrnIdleFull 1908 /* the list of things to do in idle time is full */
#define JET_errTooManySplits (-1909) /* a page was split too often in one operation */
#define JET_errSessionSharingViolation (-1910) /* two threads use the session at once */
#define JET_errEntryPointNotFound (-1911) /* a library lacks the function that a callback names */
#define JET_errSessionContextAlreadySet (-1912) /* the session is bound to a context already */
#define JET_errSessionContextNotSetByThisThread (-1913) /* another thread bound the session to a context */
#define JET_errSessionInUse (-1914) /* the session is in use */
#define JET_errRecordFormatConversionFailed (-1915) /* a record could not be brought into the new format */
#define JET_errOneDatabasePerSession (-1916) /* a session opens one database only here */
#define JET_errRollbackError (-1917) /* a transaction could not be rolled back */
#define JET_errFlushMapVersionUnsupported (-1918) /* the flush map file belongs to another version of the engine */
#define JET_errFlushMapDatabaseMismatch (-1919) /* the flush map file belongs to another database */
#define JET_errFlushMapUnrecoverable (-1920) /* the flush map file is damaged */
#define JET_errRBSFileCorrupt (-1921) /* a revert snapshot file is damaged */
#define JET_errRBSHeaderCorrupt (-1922) /* the header of a revert snapshot is damaged */
#define JET_errRBSDbMismatch (-1923) /* the revert snapshot belongs to another database */
#define JET_errBadRBSVersion (-1925) /* the revert snapshot belongs to another version of the engine */
#define JET_errOutOfRBSSpace (-1926) /* the revert snapshot has no room */
#define JET_errRBSInvalidSign (-1927) /* the revert snapshot's signature is wrong */
#define JET_errRBSInvalidRecord (-1928) /* a record of the revert snapshot is malformed */
#define JET_errRBSRCInvalidRBS (-1929) /* a revert snapshot that the revert needs is not valid */
#define JET_errRBSRCNoRBSFound (-1930) /* no revert snapshot reaches back far enough */
#define JET_errRBSRCBadDbState (-1931) /* the database is in no state to be reverted */
#define JET_errRBSMissingReqLogs (-1932) /* log files that the revert needs are missing */
#define JET_errRBSLogDivergenceFailed (-1933) /* the logs differ from those of the revert snapshot */
#define JET_errRBSRCCopyLogsRevertState (-1934) /* an earlier revert is at its last step; let it end */
#define JET_errDatabaseIncompleteRevert (-1935) /* a revert of the database is not finished */
#define JET_errRBSRCRevertCancelled (-1936) /* the revert was cancelled */
#define JET_errRBSRCInvalidDbFormatVersion (-1937) /* the database's format is too old to be reverted */
#define JET_errRBSCannotDetermineDivergence (-1938) /* it cannot be told whether the logs differ */
#define JET_errRBSDeleteTableTooBig (-1941) /* the table is too large to be deleted revertably */
#define JET_errRBSDeleteTableTooSoon (-1942) /* the table was deleted too soon after its creation */
#define JET_errRBSFDPToBeDeleted (-1943) /* the table is about to be deleted */
#define JET_errRBSRevertableDeleteNotPossible (-1944) /* the table cannot be deleted revertably */
#define JET_errRBSRedeleteFDPUnexpected (-1947) /* a table is deleted again that is not there */
#define JET_errRBSRCPageFDPDeleteFileCorrupt (-1948) /* the revert's list of deleted tables is damaged */
#define JET_wrnDefragAlreadyRunning 2000 /* defragmentation runs already */
#define JET_wrnDefragNotRunning 2001 /* defragmentation does not run */
#define JET_wrnDatabaseScanAlreadyRunning 2002 /* the database is being scanned already */
#define JET_wrnDatabaseScanNotRunning 2003 /* the database is not being scanned */
#define JET_errDatabaseAlreadyRunningMaintenance (-2004) /* maintenance of the database runs already */
#define JET_errRootSpaceLeakEstimationAlreadyRunning (-2006) /* the search for lost pages runs already */
#define JET_wrnCallbackNotRegistered 2100 /* no callback is registered */
#define JET_errCallbackFailed (-2101) /* a callback failed */
#define JET_errCallbackNotResolved (-2102) /* a callback's function was not found */
#define JET_errSpaceHintsInvalid (-2103) /* the space hints contradict each other */
#define JET_errOSSnapshotInvalidSequence (-2401) /* this snapshot call is not possible at this point of the sequence */
#define JET_errOSSnapshotTimeOut (-2402) /* the snapshot was frozen for too long */
#define JET_errOSSnapshotNotAllowed (-2403) /* no snapshot while a backup or recovery runs */
#define JET_errOSSnapshotInvalidSnapId (-2404) /* the snapshot handle is none */
#define JET_errTooManyTestInjections (-2501) /* too many test injections */
#define JET_errTestInjectionNotSupported (-2502) /* this test injection is unknown */
#define JET_errInvalidLogDataSequence (-2601) /* log data was given out of order */
#define JET_wrnPreviousLogFileIncomplete 2602 /* the log file before was not written to its end */
#define JET_errLSCallbackNotSpecified (-3000) /* local storage needs a callback that frees it */
#define JET_errLSAlreadySet (-3001) /* local storage is set already */
#define JET_errLSNotSet (-3002) /* local storage is not set */
#define JET_errFileIOSparse (-4000) /* the part of the file that was read is a hole */
#define JET_errFileIOBeyondEOF (-4001) /* the file is shorter than it should be */
#define JET_errFileIOAbort (-4002) /* the read or write was broken off */
#define JET_errFileIORetry (-4003) /* the read or write should be tried again */
#define JET_errFileIOFail (-4004) /* the read or write failed */
#define JET_errFileCompressed (-4005) /* the file system compresses the file, which is not possible here */
#define JET_errClientSpaceBegin (-10000) /* first of the numbers that are left to programs */
#define JET_errClientSpaceEnd (-11999) /* last of the numbers that are left to programs */

/* ---------------------------------------------------------------------------------------------------------------------
 * 3  Limits, empty handles
 * ------------------------------------------------------------------------------------------------------------------ */

#define JET_instanceNil (~(JET_INSTANCE)0)
#define JET_sesidNil (~(JET_SESID)0)
#define JET_tableidNil (~(JET_TABLEID)0)
#define JET_dbidNil ((JET_DBID)0xFFFFFFFF)
#define JET_LSNil (~(JET_LS)0)
#define JET_bitNil ((JET_GRBIT)0)

#define JET_MAX_COMPUTERNAME_LENGTH 15   /* of the computer name in JET_SIGNATURE, without its NUL */
#define JET_BASE_NAME_LENGTH 3           /* of JET_paramBaseName in JET_LOGINFO, without its NUL */
#define JET_cbNameMost 64                /* of a table, column or index */
#define JET_cbFullNameMost 255           /* of a path of names (obsolete) */
#define JET_cbBookmarkMost 256           /* with keys of 255 bytes */
#define JET_cbBookmarkMostMost JET_cbKeyMostMost
#define JET_cbColumnMost 255             /* of a fixed or variable column */
#define JET_cbLVColumnMost 0x7FFFFFFF    /* of a long value */
#define JET_cbLVDefaultValueMost 255
#define JET_cbColumnLVPageOverhead 82    /* page size less this is a chunk of a long value, for pages up to 8 KiB */
#define JET_cbKeyMost 255
#define JET_cbKeyMostMin 255
#define JET_cbKeyMost2KBytePage 500
#define JET_cbKeyMost4KBytePage 1000
#define JET_cbKeyMost8KBytePage 2000
#define JET_cbKeyMost16KBytePage JET_cbKeyMost8KBytePage
#define JET_cbKeyMost32KBytePage JET_cbKeyMost8KBytePage
#define JET_cbKeyMostMost JET_cbKeyMost32KBytePage
#define JET_cbLimitKeyMost 256           /* of a key made with JET_bitStrLimit or a like bit */
#define JET_cbPrimaryKeyMost 255
#define JET_cbSecondaryKeyMost 255
#define JET_ccolKeyMost 16               /* columns of an index */
#define JET_ccolMost 0x0000fee0          /* columns of a table, all kinds together */
#define JET_ccolFixedMost 0x0000007f
#define JET_ccolVarMost 0x00000080
#define JET_ccolTaggedMost (JET_ccolMost - 0x000000ff)

/* ---------------------------------------------------------------------------------------------------------------------
 * 4  System parameters, for JetSetSystemParameter and JetGetSystemParameter
 *
 * "text" is given and read in szParam, everything else as an integer in lParam. "process" marks those that hold for the
 * whole process and can only be set before the first instance is initialised. Facts: pages "Extensible Storage Engine
 * System Parameters" and BACKUP-SEMANTICS 6.3. A parameter that this engine keeps without using it can be set and read
 * all the same.
 * ------------------------------------------------------------------------------------------------------------------ */

/* Where things are, and what they are called */
#define JET_paramSystemPath 0                   /* text: folder of the checkpoint file */
#define JET_paramTempPath 1                     /* text: folder or file of the temporary database */
#define JET_paramLogFilePath 2                  /* text: folder of the log files */
#define JET_paramBaseName 3                     /* text: three characters that begin names of log files */
#define JET_paramEventSource 4                  /* text: name of the program in event texts */
#define JET_paramEventSourceKey 49              /* text: obsolete, kept */
#define JET_paramCreatePathIfNotExist 100       /* not 0: missing folders are made */
#define JET_paramAlternateDatabaseRecoveryPath 113 /* text: recovery looks for all databases in this folder */
#define JET_paramLegacyFileNames 136            /* JET_bitESE98FileNames, JET_bitEightDotThreeSoftCompat */
#define JET_paramRBSFilePath 216                /* text: folder of revert snapshots */

/* Logging and recovery */
#define JET_paramRecovery 34                    /* text: "On" (default) or "Off": with or without logs */
#define JET_paramLogFileSize 11                 /* KiB of a log file; must be that of log files already there */
#define JET_paramLogBuffers 12                  /* log buffer, in units of 512 bytes */
#define JET_paramCircularLog 17                 /* not 0: logs that recovery does not need are removed */
#define JET_paramCheckpointDepthMax 24          /* bytes of log that a crash may make recovery replay, about (20 MiB) */
#define JET_paramCheckpointIOMax 135            /* writes under way for the checkpoint */
#define JET_paramDeleteOldLogs 48               /* not 0: logs of an old format go when databases are clean */
#define JET_paramIgnoreLogVersion 47            /* not 0: logs of an unknown version are passed over */
#define JET_paramDeleteOutOfRangeLogs 52        /* not 0: logs that do not follow the others are deleted at start */
#define JET_paramCleanupMismatchedLogFiles 77   /* not 0: logs of another size go when databases are clean */
#define JET_paramLogFileCreateAsynch 69         /* not 0: the next log file is prepared ahead of time (default) */
#define JET_paramWaypointLatency 153            /* generations between the newest and the newest required */
#define JET_paramAggressiveLogRollover 157      /* not 0: a new log file at attach, detach and backup */
#define JET_paramCommitDefault 16               /* bits of JetCommitTransaction when it is called with none */
#define JET_paramWaitLogFlush 13                /* obsolete, kept */
#define JET_paramLogCheckpointPeriod 14         /* obsolete, kept */
#define JET_paramLogWaitingUserMax 15           /* obsolete, kept */
#define JET_paramUseFlushForWriteDurability 214 /* not 0: the disk's own cache is flushed, too (default) */

/* Databases */
#define JET_paramDatabasePageSize 64            /* process: 2048, 4096 (default), 8192, 16384 or 32768 bytes */
#define JET_paramDbExtensionSize 18             /* pages by which a database file grows */
#define JET_paramPageTempDBMin 19               /* first size of the temporary database, in pages */
#define JET_paramPageFragment 20                /* pages of a free run that is still used for small requests */
#define JET_paramEnableOnlineDefrag 35          /* JET_OnlineDefrag... */
#define JET_paramEnableIndexChecking 45         /* JET_INDEXCHECKING: what attach does about old sort orders */
#define JET_paramEnableIndexCleanup 54          /* not 0: attach deletes indexes of old sort orders */
#define JET_paramCheckFormatWhenOpenFail 44     /* not 0: a database of an old format is named as such */
#define JET_paramOneDatabasePerSession 102      /* not 0: a session opens one database only */
#define JET_paramRecordUpgradeDirtyLevel 78     /* how soon upgraded records are written */
#define JET_paramLVChunkSizeMost 163            /* read only: bytes of a chunk of a long value */
#define JET_paramKeyMost 134                    /* read only: bytes of the longest key */
#define JET_paramMaxColtyp 131                  /* read only: highest JET_coltyp... of the engine */
#define JET_paramEnableShrinkDatabase 184       /* JET_bitShrinkDatabase... */
#define JET_paramEngineFormatVersion 194        /* newest format that may be written, JET_efv...; process or instance */
#define JET_paramDefragmentSequentialBTrees 160 /* not 0: trees read in order are kept in order */
#define JET_paramDefragmentSequentialBTreesDensityCheckFrequency 161
#define JET_paramEnableRBS 215                  /* not 0: revert snapshots are kept */

/* Backup */
#define JET_paramBackupChunkSize 66             /* obsolete, kept */
#define JET_paramBackupOutstandingReads 67      /* obsolete, kept */
#define JET_paramZeroDatabaseDuringBackup 71    /* not 0: deleted data is overwritten while a backup reads the pages */
#define JET_paramOSSnapshotTimeout 82           /* milliseconds that a snapshot may stay frozen (70000) */
#define JET_paramEnableExternalAutoHealing 175  /* not 0: damaged pages may be fetched from a copy */

/* Verification; for tests */
#define JET_paramDisableBlockVerification 155   /* not 0: checksums of logs and pages are not looked at */
#define JET_paramDisableVerifications 192       /* bits of checks that are left out */

/* Limits */
#define JET_paramMaxSessions 5
#define JET_paramMaxOpenTables 6
#define JET_paramPreferredMaxOpenTables 7
#define JET_paramCachedClosedTables 125
#define JET_paramMaxCursors 8
#define JET_paramMaxVerPages 9                  /* version store, in its own pages (JET_paramVerPageSize) */
#define JET_paramPreferredVerPages 63
#define JET_paramGlobalMinVerPages 81
#define JET_paramVersionStoreTaskQueueMax 105
#define JET_paramVerPageSize 128                /* process: bytes */
#define JET_paramMaxTemporaryTables 10
#define JET_paramMaxInstances 104               /* process */
#define JET_paramMaxTransactionSize 178         /* per cent of the version store that one transaction may fill */

/* Page cache and reads and writes */
#define JET_paramCacheSize 41                   /* process: pages; 0 lets the engine choose */
#define JET_paramCacheSizeMin 60                /* process: pages */
#define JET_paramCacheSizeMax 23                /* process: pages */
#define JET_paramStartFlushThreshold 31         /* process: free pages below which writing begins */
#define JET_paramStopFlushThreshold 32          /* process */
#define JET_paramLRUKCorrInterval 25            /* process: microseconds */
#define JET_paramLRUKHistoryMax 26              /* process */
#define JET_paramLRUKPolicy 27                  /* process */
#define JET_paramLRUKTimeout 28                 /* process: seconds */
#define JET_paramLRUKTrxCorrInterval 29         /* process */
#define JET_paramOutstandingIOMax 30            /* process */
#define JET_paramBatchIOBufferMax 22            /* obsolete, kept */
#define JET_paramMaxCoalesceReadSize 164        /* process: bytes of the largest read */
#define JET_paramMaxCoalesceWriteSize 165       /* process: bytes of the largest write */
#define JET_paramMaxCoalesceReadGapSize 166     /* process */
#define JET_paramMaxCoalesceWriteGapSize 167    /* process */
#define JET_paramPrereadIOMax 179               /* process */
#define JET_paramIOPriority 152                 /* JET_IOPriority... */
#define JET_paramIOThrottlingTimeQuanta 162     /* process: milliseconds */
#define JET_paramCachePriority 177              /* 0..1000: how long pages of this instance stay */
#define JET_paramEnableFileCache 126            /* not 0: reads and writes go through the system's cache */
#define JET_paramEnableViewCache 127            /* not 0: pages are mapped, not read */
#define JET_paramPageHintCacheSize 101
#define JET_paramAccessDeniedRetryPeriod 53     /* process: milliseconds of trying again when a file is in use */
#define JET_paramHungIOThreshold 181            /* process: milliseconds */
#define JET_paramHungIOActions 182              /* process: JET_bitHungIOEvent */
#define JET_paramEnableBlockCache 218           /* process */
#define JET_paramEnableBlockCacheDetach 220     /* process */

/* Checking databases in the background */
#define JET_paramEnableDBScanInRecovery 169
#define JET_paramDbScanThrottle 170             /* milliseconds between reads */
#define JET_paramDbScanIntervalMinSec 171
#define JET_paramDbScanIntervalMaxSec 172
#define JET_paramEnableDBScanSerialization 180

/* Indexes, temporary tables, compression */
#define JET_paramUnicodeIndexDefault 72         /* JET_UNICODEINDEX* in lParam */
#define JET_paramIndexTuplesLengthMin 110
#define JET_paramIndexTuplesLengthMax 111
#define JET_paramIndexTuplesToIndexMax 112
#define JET_paramIndexTupleIncrement 132
#define JET_paramIndexTupleStart 133
#define JET_paramEnableTempTableVersioning 46   /* not 0: changes of temporary tables can be rolled back (default) */
#define JET_paramMinDataForXpress 183           /* bytes from which on values are compressed with XPRESS */

/* Callbacks, events, errors */
#define JET_paramErrorToString 70               /* get only: lParam is a JET_ERR, szParam becomes "JET_errName, text" */
#define JET_paramNoInformationEvent 50          /* not 0: events of severity 0 are not reported */
#define JET_paramEventLoggingLevel 51           /* JET_EventLogging... */
#define JET_paramEventLogCache 99               /* obsolete, kept */
#define JET_paramRuntimeCallback 73             /* JET_CALLBACK in lParam */
#define JET_paramDisableCallbacks 65            /* not 0: callbacks that tables name are not called */
#define JET_paramEnablePersistedCallbacks 156
#define JET_paramDurableCommitCallback 187      /* JET_PFNDURABLECOMMITCALLBACK in lParam */
#define JET_paramExceptionAction 98             /* JET_Exception...: obsolete here, kept */
#define JET_paramAssertAction 36                /* obsolete here, kept */
#define JET_paramDisablePerfmon 107             /* process: obsolete here, kept */
#define JET_paramPerfmonRefreshInterval 217     /* process: obsolete here, kept */
#define JET_paramProcessFriendlyName 186        /* text, process */
#define JET_paramEnableSqm 188                  /* JET_sqm...: obsolete here, kept */
#define JET_paramConfigStoreSpec 189            /* text: obsolete here, kept */
#define JET_paramConfiguration 129              /* JET_config...: sets of values for many parameters at once */
#define JET_paramEnableAdvanced 130             /* not 0: single parameters may be set beside JET_paramConfiguration */

/* Names of the classes of tables, in statistics (text) */
#define JET_paramTableClass1Name 137
#define JET_paramTableClass2Name 138
#define JET_paramTableClass3Name 139
#define JET_paramTableClass4Name 140
#define JET_paramTableClass5Name 141
#define JET_paramTableClass6Name 142
#define JET_paramTableClass7Name 143
#define JET_paramTableClass8Name 144
#define JET_paramTableClass9Name 145
#define JET_paramTableClass10Name 146
#define JET_paramTableClass11Name 147
#define JET_paramTableClass12Name 148
#define JET_paramTableClass13Name 149
#define JET_paramTableClass14Name 150
#define JET_paramTableClass15Name 151

#define JET_paramMaxValueInvalid 221            /* one more than the highest identifier of Windows */

/* Session parameters, for JetSetSessionParameter */
#define JET_sesparamCommitDefault 4097
#define JET_sesparamTransactionLevel 4099       /* read only */
#define JET_sesparamOperationContext 4100       /* JET_OPERATIONCONTEXT */
#define JET_sesparamCorrelationID 4101
#define JET_sesparamMaxValueInvalid 4111

/* Database parameters, for JET_SETDBPARAM */
#define JET_dbparamDbSizeMaxPages 8193
#define JET_dbparamCachePriority 8194
#define JET_dbparamShrinkDatabaseOptions 8195
#define JET_dbparamShrinkDatabaseTimeQuota 8196
#define JET_dbparamShrinkDatabaseSizeLimit 8197
#define JET_dbparamLeakReclaimerEnabled 8198
#define JET_dbparamLeakReclaimerTimeQuota 8199
#define JET_dbparamMaintainExtentPageCountCache 8200

/* Values of parameters */
#define JET_bitESE98FileNames 0x00000001          /* JET_paramLegacyFileNames: .log and .chk, not .jtx and .jcp */
#define JET_bitEightDotThreeSoftCompat 0x00000002 /* JET_paramLegacyFileNames: five digits while they suffice */
#define JET_bitHungIOEvent 0x00000001             /* JET_paramHungIOActions */
#define JET_bitShrinkDatabaseOff 0x0              /* JET_paramEnableShrinkDatabase */
#define JET_bitShrinkDatabaseOn 0x1
#define JET_bitShrinkDatabaseRealtime 0x2
#define JET_bitShrinkDatabaseTrim 0x1
#define JET_EventLoggingDisable 0                 /* JET_paramEventLoggingLevel */
#define JET_EventLoggingLevelMin 1
#define JET_EventLoggingLevelLow 25
#define JET_EventLoggingLevelMedium 50
#define JET_EventLoggingLevelHigh 75
#define JET_EventLoggingLevelMax 100
#define JET_IOPriorityNormal 0x0                  /* JET_paramIOPriority */
#define JET_IOPriorityLow 0x1
#define JET_configDefault 0x0001                  /* JET_paramConfiguration */
#define JET_configRemoveQuotas 0x0002
#define JET_configLowDiskFootprint 0x0004
#define JET_configMediumDiskFootprint 0x0008
#define JET_configLowMemory 0x0010
#define JET_configDynamicMediumMemory 0x0020
#define JET_configLowPower 0x0040
#define JET_configSSDProfileIO 0x0080
#define JET_configRunSilent 0x0100
#define JET_configUnthrottledMemory 0x0200
#define JET_configHighConcurrencyScaling 0x0400
#define JET_ExceptionMsgBox 0x0001                /* JET_paramExceptionAction */
#define JET_ExceptionNone 0x0002
#define JET_ExceptionFailFast 0x0004
#define JET_OnlineDefragDisable 0x0000            /* JET_paramEnableOnlineDefrag */
#define JET_OnlineDefragAllOBSOLETE 0x0001
#define JET_OnlineDefragDatabases 0x0002
#define JET_OnlineDefragSpaceTrees 0x0004
#define JET_OnlineDefragAll 0xffff
#define JET_sqmDisable 0                          /* JET_paramEnableSqm */
#define JET_sqmEnable 1
#define JET_sqmFromCEIP 2
#define JET_efvWindows10Rtm 8020                  /* JET_paramEngineFormatVersion: a number, higher is newer */
#define JET_efvWindows10v2Rtm 8620
#define JET_efvWindows19H1Rtm 8920
#define JET_efvUseEngineDefault 0x40000001           /* what the engine writes by default */
#define JET_efvUsePersistedFormat 0x40000002         /* no newer than the files that are there */
#define JET_efvAllowHigherPersistedFormat 0x41000000 /* added to a number: newer files are no error */

typedef enum {
    JET_IndexCheckingOff = 0,
    JET_IndexCheckingOn = 1,                /* attaching for changes fails when an index has an old sort order */
    JET_IndexCheckingDeferToOpenTable = 2,  /* opening the table fails instead */
    JET_IndexCheckingMax = 3
} JET_INDEXCHECKING;

/* ---------------------------------------------------------------------------------------------------------------------
 * 5  Option bits and enumerations. A bit that a function does not know gives JET_errInvalidGrbit.
 * ------------------------------------------------------------------------------------------------------------------ */

/* JetInit2, JetInit3, JetInit4 */
#define JET_bitReplayReplicatedLogFiles 0x00000001  /* obsolete */
#define JET_bitReplayIgnoreMissingDB 0x00000004     /* recover without databases that are not there */
#define JET_bitRecoveryWithoutUndo 0x00000008       /* stop before open transactions are rolled back */
#define JET_bitTruncateLogsAfterRecovery 0x00000010 /* remove the logs once recovery has ended */
#define JET_bitReplayMissingMapEntryDB 0x00000020   /* a database outside the map is at its old place */
#define JET_bitLogStreamMustExist 0x00000040        /* no logs: an error, not a new stream */
#define JET_bitReplayIgnoreLostLogs 0x00000080      /* accept that committed logs at the end are lost */
/* Not available: */
#define JET_bitExternalRecoveryControl 0x00000800   /* the callback of JetInit4 decides */
#define JET_bitKeepDbAttachedAtEndOfRecovery 0x00001000
#define JET_bitReplayIgnoreLogRecordsBeforeMinRequiredLog 0x00002000
#define JET_bitReplayInferCheckpointFromRstmapDbs 0x00004000

/* JET_RSTMAP2_A.grbit, JET_RSTMAP2_W.grbit */
#define JET_bitRestoreMapIgnoreWhenMissing 0x00000001
#define JET_bitRestoreMapFailWhenMissing 0x00000002
#define JET_bitRestoreMapOverwriteOnCreate 0x00000004

/* JetTerm2 */
#define JET_bitTermComplete 0x00000001   /* everything is written and cleaned up */
#define JET_bitTermAbrupt 0x00000002     /* as fast as possible; databases stay consistent, clean-up is left out */
#define JET_bitTermStopBackup 0x00000004 /* a running backup is stopped instead of being an error */
#define JET_bitTermDirty 0x00000008      /* nothing is written; databases stay dirty */

/* JetStopServiceInstance2 */
#define JET_bitStopServiceAll 0x00000000
#define JET_bitStopServiceBackgroundUserTasks 0x00000002
#define JET_bitStopServiceQuiesceCaches 0x00000004
#define JET_bitStopServiceStopAndEmitLog 0x00000008
#define JET_bitStopServiceResume 0x80000000

/* JetIdle */
#define JET_bitIdleFlushBuffers 0x00000001
#define JET_bitIdleCompact 0x00000002
#define JET_bitIdleStatus 0x00000004

/* JetAttachDatabase, JetOpenDatabase */
#define JET_bitDbReadOnly 0x00000001
#define JET_bitDbExclusive 0x00000002             /* JetOpenDatabase: for this session alone */
#define JET_bitDbDeleteCorruptIndexes 0x00000010
#define JET_bitDbUpgrade 0x00000200               /* obsolete */
#define JET_bitDbDeleteUnicodeIndexes 0x00000400
#define JET_bitDbEnableBackgroundMaintenance 0x00000800
#define JET_bitDbPurgeCacheOnAttach 0x00001000

/* JetCreateDatabase */
#define JET_bitDbRecoveryOff 0x00000008   /* changes of this database are not logged */
#define JET_bitDbShadowingOff 0x00000080  /* the catalog is not kept twice */
#define JET_bitDbOverwriteExisting 0x00000200

/* JetDetachDatabase2 */
#define JET_bitForceDetach 0x00000001
#define JET_bitForceCloseAndDetach (0x00000002 | JET_bitForceDetach)

/* JetBeginExternalBackup(Instance), JetBackup(Instance). An external backup knows JET_bitBackupIncremental only,
   beside the two internal ones; the others are JET_errInvalidGrbit there (OBSERVED). */
#define JET_bitBackupIncremental 0x00000001     /* log files only */
#define JET_bitKeepOldLogs 0x00000002           /* obsolete */
#define JET_bitBackupAtomic 0x00000004          /* JetBackup: the old backup is kept until the new one is there */
#define JET_bitBackupFullWithAllLogs 0x00000008 /* JetBackup */
#define JET_bitBackupSnapshot 0x00000010        /* obsolete */
#define JET_bitBackupSurrogate 0x00000020       /* the backup runs on a replica; internal */
#define JET_bitInternalCopy 0x00000040          /* the backup makes a replica; internal */

/* JetEndExternalBackupInstance2: exactly one of the first two (BACKUP-SEMANTICS 1.7) */
#define JET_bitBackupEndNormal 0x0001
#define JET_bitBackupEndAbort 0x0002
#define JET_bitBackupTruncateDone 0x0100     /* counts as a truncating backup although JetTruncateLog was not called */
#define JET_bitBackupNoDbHeaderUpdate 0x0200 /* headers are not stamped */

/* JetOSSnapshot... */
#define JET_bitIncrementalSnapshot 0x00000001
#define JET_bitCopySnapshot 0x00000002
#define JET_bitContinueAfterThaw 0x00000004
#define JET_bitExplicitPrepare 0x00000008
#define JET_bitAllDatabasesSnapshot 0x00000001
#define JET_bitAbortSnapshot 0x00000001

/* JetGetDatabaseInfo and JetGetDatabaseFileInfo: InfoLevel, and what pvResult points to */
#define JET_DbInfoFilename 0          /* path, in the flavour of the call (not for a file) */
#define JET_DbInfoConnect 1           /* obsolete */
#define JET_DbInfoCountry 2           /* obsolete */
#define JET_DbInfoLCID 3              /* JET_UINT32: default language, always 1033 (not for a file) */
#define JET_DbInfoLangid 3
#define JET_DbInfoCp 4                /* obsolete */
#define JET_DbInfoCollate 5           /* obsolete */
#define JET_DbInfoOptions 6           /* JET_UINT32: JET_bitDbExclusive, or 0 as always here (not for a file) */
#define JET_DbInfoTransactions 7      /* JET_UINT32: how deep transactions nest, 7 (not for a file) */
#define JET_DbInfoVersion 8           /* JET_UINT32: major version of the database format */
#define JET_DbInfoIsam 9              /* obsolete */
#define JET_DbInfoFilesize 10         /* attached: JET_UINT32, pages without the header pages; file: uint64_t, bytes */
#define JET_DbInfoSpaceOwned 11       /* JET_UINT32: pages (not for a file) */
#define JET_DbInfoSpaceAvailable 12   /* JET_UINT32: pages that nobody uses (not for a file) */
#define JET_DbInfoUpgrade 13          /* JET_DBINFOUPGRADE (file); not available yet */
#define JET_DbInfoMisc 14             /* JET_DBINFOMISC to JET_DBINFOMISC7, told apart by cbMax */
#define JET_DbInfoDBInUse 15          /* JET_UINT32: 1 when the file is attached anywhere (file) */
#define JET_DbInfoPageSize 17         /* JET_UINT32: bytes */
#define JET_DbInfoFileType 19         /* JET_UINT32: JET_filetype... */
#define JET_DbInfoFilesizeOnDisk 21   /* uint64_t: bytes that the file takes up */

/* JetGetLogFileInfo: InfoLevel */
#define JET_LogInfoMisc 0   /* JET_LOGINFOMISC */
#define JET_LogInfoMisc2 1  /* JET_LOGINFOMISC2 */
#define JET_LogInfoMisc3 2  /* JET_LOGINFOMISC3 */

/* dbstate in JET_DBINFOMISC */
#define JET_dbstateJustCreated 1
#define JET_dbstateDirtyShutdown 2
#define JET_dbstateCleanShutdown 3
#define JET_dbstateBeingConverted 4
#define JET_dbstateForceDetach 5

#define JET_filetypeUnknown 0
#define JET_filetypeDatabase 1
#define JET_filetypeStreamingFile 2
#define JET_filetypeLog 3
#define JET_filetypeCheckpoint 4
#define JET_filetypeTempDatabase 5
#define JET_filetypeFlushMap 7

/* Status callbacks */
#define JET_snpRepair 2
#define JET_snpCompact 4
#define JET_snpRestore 8
#define JET_snpBackup 9
#define JET_snpUpgrade 10
#define JET_snpScrub 11
#define JET_snpUpgradeRecordFormat 12
#define JET_sntProgress 0     /* pv is JET_SNPROG* */
#define JET_sntFail 3
#define JET_sntBegin 5
#define JET_sntComplete 6
#define JET_sntRequirements 7

/* JetGetErrorInfoW: InfoLevel */
#define JET_ErrorInfoSpecificErr 1U /* JET_ERRINFOBASIC_W */

/* JetGetInstanceMiscInfo: InfoLevel */
#define JET_InstanceMiscInfoLogSignature 0U /* JET_SIGNATURE */
#define JET_InstanceMiscInfoRBS 2U

/* JetConfigureProcessForCrashDump */
#define JET_bitDumpMinimum 0x00000001
#define JET_bitDumpMaximum 0x00000002
#define JET_bitDumpCacheMinimum 0x00000004
#define JET_bitDumpCacheMaximum 0x00000008
#define JET_bitDumpCacheIncludeDirtyPages 0x00000010
#define JET_bitDumpCacheIncludeCachedPages 0x00000020
#define JET_bitDumpCacheIncludeCorruptedPages 0x00000040
#define JET_bitDumpCacheNoDecommit 0x00000080

/* Column types. Sizes in bytes; integers are little-endian in memory and on disk. */
#define JET_coltypNil 0
#define JET_coltypBit 1               /* 1: 0 or 0xFF */
#define JET_coltypUnsignedByte 2      /* 1 */
#define JET_coltypShort 3             /* 2 */
#define JET_coltypLong 4              /* 4 */
#define JET_coltypCurrency 5          /* 8 */
#define JET_coltypIEEESingle 6        /* 4 */
#define JET_coltypIEEEDouble 7        /* 8 */
#define JET_coltypDateTime 8          /* 8: JET_DATESERIAL */
#define JET_coltypBinary 9            /* up to 255 */
#define JET_coltypText 10             /* up to 255 */
#define JET_coltypLongBinary 11       /* up to 0x7FFFFFFF */
#define JET_coltypLongText 12         /* up to 0x7FFFFFFF */
#define JET_coltypSLV 13              /* obsolete */
#define JET_coltypUnsignedLong 14     /* 4 */
#define JET_coltypLongLong 15         /* 8 */
#define JET_coltypGUID 16             /* 16 */
#define JET_coltypUnsignedShort 17    /* 2 */
#define JET_coltypUnsignedLongLong 18 /* 8 */
#define JET_coltypMax 19

/* JET_COLUMNDEF.grbit, JET_COLUMNCREATE_A.grbit */
#define JET_bitColumnFixed 0x00000001
#define JET_bitColumnTagged 0x00000002
#define JET_bitColumnNotNULL 0x00000004
#define JET_bitColumnVersion 0x00000008         /* counts the changes of the record */
#define JET_bitColumnAutoincrement 0x00000010
#define JET_bitColumnUpdatable 0x00000020       /* reported only */
#define JET_bitColumnTTKey 0x00000040           /* temporary table: part of its key */
#define JET_bitColumnTTDescending 0x00000080    /* temporary table: descending */
#define JET_bitColumnMultiValued 0x00000400     /* tagged: more than one value */
#define JET_bitColumnEscrowUpdate 0x00000800    /* JetEscrowUpdate changes it */
#define JET_bitColumnUnversioned 0x00001000     /* added without a version, so at once visible to all */
#define JET_bitColumnMaybeNull 0x00002000       /* reported only */
#define JET_bitColumnFinalize 0x00004000        /* escrow: callback at zero */
#define JET_bitColumnUserDefinedDefault 0x00008000
#define JET_bitColumnDeleteOnZero 0x00020000    /* escrow: the record goes at zero */
#define JET_bitColumnCompressed 0x00080000
#define JET_bitDeleteColumnIgnoreTemplateColumns 0x00000001 /* JetDeleteColumn2 */

/* JET_TABLECREATE_A.grbit and its successors */
#define JET_bitTableCreateFixedDDL 0x00000001
#define JET_bitTableCreateTemplateTable 0x00000002
#define JET_bitTableCreateNoFixedVarColumnsInDerivedTables 0x00000004
#define JET_bitTableCreateImmutableStructure 0x00000008

/* JetCreateIndex, JET_INDEXCREATE_A.grbit and its successors */
#define JET_bitIndexUnique 0x00000001
#define JET_bitIndexPrimary 0x00000002
#define JET_bitIndexDisallowNull 0x00000004
#define JET_bitIndexIgnoreNull 0x00000008      /* no entry when all columns are NULL */
#define JET_bitIndexIgnoreAnyNull 0x00000020   /* no entry when any column is NULL */
#define JET_bitIndexIgnoreFirstNull 0x00000040 /* no entry when the first column is NULL */
#define JET_bitIndexLazyFlush 0x00000080
#define JET_bitIndexEmpty 0x00000100           /* every record would have NULL; needs JET_bitIndexIgnoreAnyNull */
#define JET_bitIndexUnversioned 0x00000200
#define JET_bitIndexSortNullsHigh 0x00000400
#define JET_bitIndexUnicode 0x00000800         /* pidxunicode instead of lcid */
#define JET_bitIndexTuples 0x00001000
#define JET_bitIndexTupleLimits 0x00002000     /* ptuplelimits instead of cbVarSegMac */
#define JET_bitIndexCrossProduct 0x00004000
#define JET_bitIndexKeyMost 0x00008000         /* cbKeyMost is given */
#define JET_bitIndexDisallowTruncation 0x00010000
#define JET_bitIndexNestedTable 0x00020000
#define JET_bitIndexDotNetGuid 0x00040000
#define JET_bitIndexImmutableStructure 0x00080000
#define JET_bitKeyAscending 0x00000000         /* per column, in the list of JetGetIndexInfo */
#define JET_bitKeyDescending 0x00000001
#define JET_bitIndexColumnMustBeNull 0x00000001    /* JET_CONDITIONALCOLUMN_A.grbit */
#define JET_bitIndexColumnMustBeNonNull 0x00000002
#define JET_bitRecordInIndex 0x00000001            /* JET_INDEXRANGE.grbit */
#define JET_bitRecordNotInIndex 0x00000002

/* JetOpenTable */
#define JET_bitTableDenyWrite 0x00000001
#define JET_bitTableDenyRead 0x00000002
#define JET_bitTableReadOnly 0x00000004
#define JET_bitTableUpdatable 0x00000008
#define JET_bitTablePermitDDL 0x00000010
#define JET_bitTableNoCache 0x00000020
#define JET_bitTablePreread 0x00000040
#define JET_bitTableOpportuneRead 0x00000080
#define JET_bitTableSequential 0x00008000
#define JET_bitTableClassMask 0x001F0000
#define JET_bitTableClassNone 0x00000000
#define JET_bitTableClass1 0x00010000
#define JET_bitTableClass2 0x00020000
#define JET_bitTableClass3 0x00030000
#define JET_bitTableClass4 0x00040000
#define JET_bitTableClass5 0x00050000
#define JET_bitTableClass6 0x00060000
#define JET_bitTableClass7 0x00070000
#define JET_bitTableClass8 0x00080000
#define JET_bitTableClass9 0x00090000
#define JET_bitTableClass10 0x000A0000
#define JET_bitTableClass11 0x000B0000
#define JET_bitTableClass12 0x000C0000
#define JET_bitTableClass13 0x000D0000
#define JET_bitTableClass14 0x000E0000
#define JET_bitTableClass15 0x000F0000

/* JetGetObjectInfo: InfoLevel, object types and flags */
#define JET_objtypNil 0
#define JET_objtypTable 1
#define JET_ObjInfo 0U            /* JET_OBJECTINFO */
#define JET_ObjInfoListNoStats 1U /* JET_OBJECTLIST, without counts */
#define JET_ObjInfoList 2U        /* JET_OBJECTLIST */
#define JET_ObjInfoSysTabCursor 3U
#define JET_ObjInfoListACM 4U
#define JET_ObjInfoNoStats 5U     /* JET_OBJECTINFO, without counts */
#define JET_ObjInfoSysTabReadOnly 6U
#define JET_ObjInfoRulesLoaded 7U
#define JET_ObjInfoMax 8U
#define JET_bitTableInfoUpdatable 0x00000001
#define JET_bitTableInfoBookmark 0x00000002
#define JET_bitTableInfoRollback 0x00000004
#define JET_bitObjectSystem 0x80000000
#define JET_bitObjectTableFixedDDL 0x40000000
#define JET_bitObjectTableTemplate 0x20000000
#define JET_bitObjectTableDerived 0x10000000
#define JET_bitObjectTableNoFixedVarColumnsInDerivedTables 0x04000000
#define cObjectInfoCols 9 /* columns of the table behind JET_OBJECTLIST */
#define cColumnInfoCols 14 /* of JET_COLUMNLIST */
#define cIndexInfoCols 15 /* of JET_INDEXLIST */

/* JetGetTableInfo: InfoLevel */
#define JET_TblInfo 0U     /* JET_OBJECTINFO */
#define JET_TblInfoName 1U /* text */
#define JET_TblInfoDbid 2U /* JET_DBID */
#define JET_TblInfoMostMany 3U
#define JET_TblInfoRvt 4U
#define JET_TblInfoOLC 5U
#define JET_TblInfoResetOLC 6U
#define JET_TblInfoSpaceUsage 7U /* two JET_UINT32: pages of its own tree, and those of them that nobody uses */
#define JET_TblInfoDumpTable 8U
#define JET_TblInfoSpaceAlloc 9U /* two JET_UINT32: pages, density */
#define JET_TblInfoSpaceOwned 10U /* JET_UINT32: pages, those of its indexes and long values too */
#define JET_TblInfoSpaceAvailable 11U /* JET_UINT32: those of them that nobody uses */
#define JET_TblInfoTemplateTableName 12U
#define JET_TblInfoSpaceOwnedLV 17U /* JET_UINT32: pages of its long values */
#define JET_TblInfoSpaceAvailableLV 18U /* JET_UINT32: those of them that nobody uses */

/* JetGetIndexInfo, JetGetTableIndexInfo: InfoLevel */
#define JET_IdxInfo 0U     /* JET_INDEXLIST, one index */
#define JET_IdxInfoList 1U /* JET_INDEXLIST, all indexes */
#define JET_IdxInfoSysTabCursor 2U
#define JET_IdxInfoOLC 3U
#define JET_IdxInfoResetOLC 4U
#define JET_IdxInfoSpaceAlloc 5U /* JET_UINT32: density */
#define JET_IdxInfoLCID 6U       /* JET_UINT32 */
#define JET_IdxInfoLangid 6U
#define JET_IdxInfoCount 7U     /* JET_UINT32: indexes of the table */
#define JET_IdxInfoVarSegMac 8U /* uint16_t */
#define JET_IdxInfoIndexId 9U   /* JET_INDEXID */
#define JET_IdxInfoKeyMost 10U  /* uint16_t */
#define JET_IdxInfoCreateIndex 11U
#define JET_IdxInfoCreateIndex2 12U
#define JET_IdxInfoCreateIndex3 13U
#define JET_IdxInfoLocaleName 14U
#define JET_IdxInfoSpaceOwned 18U
#define JET_IdxInfoSpaceAvailable 19U

/* JetGetColumnInfo, JetGetTableColumnInfo: InfoLevel */
#define JET_ColInfo 0U     /* JET_COLUMNDEF */
#define JET_ColInfoList 1U /* JET_COLUMNLIST */
#define JET_ColInfoSysTabCursor 3U
#define JET_ColInfoBase 4U /* JET_COLUMNBASE */
#define JET_ColInfoListCompact 5U
#define JET_ColInfoByColid 6U /* JET_COLUMNDEF; the name is a pointer to JET_COLUMNID */
#define JET_ColInfoListSortColumnid 7U
#define JET_ColInfoBaseByColid 8U
#define JET_ColInfoGrbitNonDerivedColumnsOnly 0x80000000
#define JET_ColInfoGrbitMinimalInfo 0x40000000
#define JET_ColInfoGrbitSortByColumnid 0x20000000

/* JetMakeKey */
#define JET_bitNewKey 0x00000001
#define JET_bitStrLimit 0x00000002
#define JET_bitSubStrLimit 0x00000004
#define JET_bitNormalizedKey 0x00000008
#define JET_bitKeyDataZeroLength 0x00000010
#define JET_bitFullColumnStartLimit 0x00000100
#define JET_bitFullColumnEndLimit 0x00000200
#define JET_bitPartialColumnStartLimit 0x00000400
#define JET_bitPartialColumnEndLimit 0x00000800

/* JetSeek, JetMove, JetSetCurrentIndex2, JetSetIndexRange, JetGotoSecondaryIndexBookmark, JetGetLock */
#define JET_bitSeekEQ 0x00000001
#define JET_bitSeekLT 0x00000002
#define JET_bitSeekLE 0x00000004
#define JET_bitSeekGE 0x00000008
#define JET_bitSeekGT 0x00000010
#define JET_bitSetIndexRange 0x00000020
#define JET_bitCheckUniqueness 0x00000040 /* JET_wrnUniqueKey when there is one entry only */
#define JET_MoveFirst ((JET_INT32)0x80000000)
#define JET_MovePrevious (-1)
#define JET_MoveNext (+1)
#define JET_MoveLast (0x7fffffff)
#define JET_bitMoveKeyNE 0x00000001       /* JetMove: over all entries with the same key */
#define JET_bitMoveFirst 0x00000000       /* JetSetCurrentIndex2 */
#define JET_bitNoMove 0x00000002          /* JetSetCurrentIndex2: stay on the record */
#define JET_bitRangeInclusive 0x00000001
#define JET_bitRangeUpperLimit 0x00000002
#define JET_bitRangeInstantDuration 0x00000004
#define JET_bitRangeRemove 0x00000008
#define JET_bitBookmarkPermitVirtualCurrency 0x00000001
#define JET_bitReadLock 0x00000001
#define JET_bitWriteLock 0x00000002

/* JetPrepareUpdate */
#define JET_prepInsert 0
#define JET_prepReplace 2
#define JET_prepCancel 3
#define JET_prepReplaceNoLock 4
#define JET_prepInsertCopy 5
#define JET_prepInsertCopyDeleteOriginal 7
#define JET_prepInsertCopyReplaceOriginal 9

/* JetSetColumn, JetUpdate2, JetEscrowUpdate */
#define JET_bitSetAppendLV 0x00000001
#define JET_bitSetOverwriteLV 0x00000004
#define JET_bitSetSizeLV 0x00000008
#define JET_bitSetZeroLength 0x00000020 /* empty, not NULL */
#define JET_bitSetSeparateLV 0x00000040
#define JET_bitSetUniqueMultiValues 0x00000080
#define JET_bitSetUniqueNormalizedMultiValues 0x00000100
#define JET_bitSetRevertToDefaultValue 0x00000200
#define JET_bitSetIntrinsicLV 0x00000400
#define JET_bitSetUncompressed 0x00010000
#define JET_bitSetCompressed 0x00020000
#define JET_bitSetContiguousLV 0x00040000
#define JET_bitZeroLength 0x00000001
#define JET_bitUpdateCheckESE97Compatibility 0x00000001
#define JET_bitEscrowNoRollback 0x0001

/* JetRetrieveColumn, JetEnumerateColumns, JetGetRecordSize */
#define JET_bitRetrieveCopy 0x00000001 /* from the record in preparation */
#define JET_bitRetrieveFromIndex 0x00000002
#define JET_bitRetrieveFromPrimaryBookmark 0x00000004
#define JET_bitRetrieveTag 0x00000008
#define JET_bitRetrieveNull 0x00000010
#define JET_bitRetrieveIgnoreDefault 0x00000020
#define JET_bitRetrieveTuple 0x00000800
#define JET_bitEnumerateCopy JET_bitRetrieveCopy
#define JET_bitEnumerateIgnoreDefault JET_bitRetrieveIgnoreDefault
#define JET_bitEnumeratePresenceOnly 0x00020000
#define JET_bitEnumerateTaggedOnly 0x00040000
#define JET_bitEnumerateCompressOutput 0x00080000
#define JET_bitEnumerateIgnoreUserDefinedDefault 0x00100000
#define JET_bitEnumerateInRecordOnly 0x00200000
#define JET_bitRecordSizeInCopyBuffer 0x00000001
#define JET_bitRecordSizeRunningTotal 0x00000002
#define JET_bitRecordSizeLocal 0x00000004

/* JetBeginTransaction2, JetCommitTransaction, JetRollback */
#define JET_bitTransactionReadOnly 0x00000001
#define JET_bitCommitLazyFlush 0x00000001       /* returns before the commit is on disk */
#define JET_bitWaitLastLevel0Commit 0x00000002  /* waits for the session's last commit */
#define JET_bitWaitAllLevel0Commit 0x00000008   /* waits for all commits of all sessions */
#define JET_bitForceNewLog 0x00000010
#define JET_bitRollbackAll 0x00000001
#define JET_bitDurableCommitCallbackLogUnavailable 0x00000001

/* Temporary tables */
#define JET_bitTTIndexed 0x00000001
#define JET_bitTTUnique 0x00000002
#define JET_bitTTUpdatable 0x00000004
#define JET_bitTTScrollable 0x00000008
#define JET_bitTTSortNullsHigh 0x00000010
#define JET_bitTTForceMaterialization 0x00000020
#define JET_bitTTErrorOnDuplicateInsertion JET_bitTTForceMaterialization
#define JET_bitTTForwardOnly 0x00000040
#define JET_bitTTIntrinsicLVsOnly 0x00000080
#define JET_bitTTDotNetGuid 0x00000100

/* JetPrereadKeys, JetPrereadIndexRanges, JetSetTableSequential */
#define JET_bitPrereadForward 0x00000001
#define JET_bitPrereadBackward 0x00000002
#define JET_bitPrereadFirstPage 0x00000004
#define JET_bitPrereadNormalizedKey 0x00000008

/* JET_SPACEHINTS.grbit */
#define JET_bitSpaceHintsUtilizeParentSpace 0x00000001
#define JET_bitCreateHintAppendSequential 0x00000002
#define JET_bitCreateHintHotpointSequential 0x00000004
#define JET_bitRetrieveHintReserve1 0x00000008
#define JET_bitRetrieveHintTableScanForward 0x00000010
#define JET_bitRetrieveHintTableScanBackward 0x00000020
#define JET_bitRetrieveHintReserve2 0x00000040
#define JET_bitRetrieveHintReserve3 0x00000080
#define JET_bitDeleteHintTableSequential 0x00000100

/* JetSetLS, JetGetLS */
#define JET_bitLSReset 0x00000001
#define JET_bitLSCursor 0x00000002
#define JET_bitLSTable 0x00000004

/* JetDefragment, JetCompact, JetResizeDatabase */
#define JET_bitDefragmentBatchStart 0x00000001
#define JET_bitDefragmentBatchStop 0x00000002
#define JET_bitDefragmentAvailSpaceTreesOnly 0x00000040
#define JET_bitDefragmentNoPartialMerges 0x00000080
#define JET_bitDefragmentBTree 0x00000100
#define JET_bitCompactStats 0x00000020
#define JET_bitCompactRepair 0x00000040
#define JET_bitResizeDatabaseOnlyGrow 0x00000001
#define JET_bitResizeDatabaseOnlyShrink 0x00000002

/* JET_CALLBACK: why it is called */
#define JET_cbtypNull 0x00000000
#define JET_cbtypFinalize 0x00000001
#define JET_cbtypBeforeInsert 0x00000002
#define JET_cbtypAfterInsert 0x00000004
#define JET_cbtypBeforeReplace 0x00000008
#define JET_cbtypAfterReplace 0x00000010
#define JET_cbtypBeforeDelete 0x00000020
#define JET_cbtypAfterDelete 0x00000040
#define JET_cbtypUserDefinedDefaultValue 0x00000080
#define JET_cbtypOnlineDefragCompleted 0x00000100
#define JET_cbtypFreeCursorLS 0x00000200
#define JET_cbtypFreeTableLS 0x00000400

/* Comparisons of JetSetCursorFilter and JetPrereadIndexRanges */
typedef enum {
    JET_relopEquals = 0,
    JET_relopPrefixEquals,
    JET_relopNotEquals,
    JET_relopLessThanOrEqual,
    JET_relopLessThan,
    JET_relopGreaterThanOrEqual,
    JET_relopGreaterThan,
    JET_relopBitmaskEqualsZero,
    JET_relopBitmaskNotEqualsZero
} JET_RELOP;

/* Kinds of errors, for JET_ERRINFOBASIC_W. Each belongs to a wider one: Operation > {Fatal, IO, Resource > {Memory,
   Quota, Disk}}, Data > {Corruption, Inconsistent, Fragmentation}, Api > {Usage, State, Obsolete}; all of these to
   Error. */
typedef enum {
    JET_errcatUnknown = 0,
    JET_errcatError,
    JET_errcatOperation,
    JET_errcatFatal,
    JET_errcatIO,
    JET_errcatResource,
    JET_errcatMemory,
    JET_errcatQuota,
    JET_errcatDisk,
    JET_errcatData,
    JET_errcatCorruption,
    JET_errcatInconsistent,
    JET_errcatFragmentation,
    JET_errcatApi,
    JET_errcatUsage,
    JET_errcatState,
    JET_errcatObsolete,
    JET_errcatMax
} JET_ERRCAT;

/* ---------------------------------------------------------------------------------------------------------------------
 * 6  Structures. Layouts are those of 64-bit Windows; sizes in bytes are given where a backup or restore depends
 *    on them (BACKUP-SEMANTICS 6.4). cbStruct and cbSize are set by the caller to sizeof of the structure; anything
 *    else is JET_errInvalidParameter.
 * ------------------------------------------------------------------------------------------------------------------ */

/* Progress of JET_PFNSTATUS: cunitDone of cunitTotal units. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 cunitDone;
    JET_UINT32 cunitTotal;
} JET_SNPROG;

/* UTC or local time with milliseconds. 8 bytes. bMonth is 1..12, bYear counts from 1900; all zero means "never"
   (BACKUP-SEMANTICS 3.1). */
typedef struct {
    char bSeconds;
    char bMinutes;
    char bHours;
    char bDay;
    char bMonth;
    char bYear;
    __extension__ union {
        char bFiller1;
        __extension__ struct {
            unsigned char fTimeIsUTC : 1;
            unsigned char bMillisecondsLow : 7; /* low seven bits of the milliseconds */
        };
    };
    __extension__ union {
        char bFiller2;
        __extension__ struct {
            unsigned char fReserved : 1;
            unsigned char bMillisecondsHigh : 3; /* high three bits of the milliseconds */
            unsigned char fUnused : 4;
        };
    };
} JET_LOGTIME;

/* The same for the time of a backup, with a bit that marks a volume snapshot. 8 bytes. */
typedef struct {
    char bSeconds;
    char bMinutes;
    char bHours;
    char bDay;
    char bMonth;
    char bYear;
    __extension__ union {
        char bFiller1;
        __extension__ struct {
            unsigned char fTimeIsUTC : 1;
            unsigned char bMillisecondsLow : 7;
        };
    };
    __extension__ union {
        char bFiller2;
        __extension__ struct {
            unsigned char fOSSnapshot : 1;
            unsigned char bMillisecondsHigh : 3;
            unsigned char fReserved : 4;
        };
    };
} JET_BKLOGTIME;

/* A place in the log stream: byte `ib` of sector `isec` of generation `lGeneration`. 8 bytes. */
typedef struct {
    unsigned short ib;
    unsigned short isec;
    JET_INT32 lGeneration;
} JET_LGPOS;

/* What tells one database or log stream from all others. 28 bytes. */
typedef struct {
    JET_UINT32 ulRandom;
    JET_LOGTIME logtimeCreate;
    char szComputerName[JET_MAX_COMPUTERNAME_LENGTH + 1];
} JET_SIGNATURE;

/* A backup, as a database header remembers it. 24 bytes. All zero: there was none. */
typedef struct {
    JET_LGPOS lgposMark; /* the log's end when the backup began: its identity */
    __extension__ union {
        JET_LOGTIME logtimeMark;
        JET_BKLOGTIME bklogtimeMark;
    };
    JET_UINT32 genLow;  /* generations that belong to it */
    JET_UINT32 genHigh;
} JET_BKINFO;

/* A database header, from JetGetDatabaseInfo and JetGetDatabaseFileInfo with JET_DbInfoMisc: seven sizes, each with
   the fields of the one before and more. Any other cbMax is JET_errInvalidBufferSize. */
typedef struct { /* 216 bytes */
    JET_UINT32 ulVersion; /* of the database format */
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate; /* JET_dbstate... */
    JET_LGPOS lgposConsistent; /* last time it was clean; all zero while it is not */
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev; /* last full backup that truncated */
    JET_BKINFO bkinfoIncPrev;  /* last incremental backup that truncated */
    JET_BKINFO bkinfoFullCur;  /* only in a copy that comes out of a backup */
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion; /* of the operating system */
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
} JET_DBINFOMISC;
typedef struct { /* 296 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired; /* logs that recovery needs; 0 when clean */
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess; /* single bits that were corrected */
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
} JET_DBINFOMISC2;
typedef struct { /* 300 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired;
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess;
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
    JET_UINT32 genCommitted; /* newest generation with a commit */
} JET_DBINFOMISC3;
typedef struct { /* 348 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired;
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess;
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
    JET_UINT32 genCommitted;
    JET_BKINFO bkinfoCopyPrev; /* last full backup that did not truncate */
    JET_BKINFO bkinfoDiffPrev; /* last incremental backup that did not truncate */
} JET_DBINFOMISC4;
typedef struct { /* 380 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired;
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess;
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
    JET_UINT32 genCommitted;
    JET_BKINFO bkinfoCopyPrev;
    JET_BKINFO bkinfoDiffPrev;
    JET_UINT32 ulIncrementalReseedCount;
    JET_LOGTIME logtimeIncrementalReseed;
    JET_UINT32 ulIncrementalReseedCountOld;
    JET_UINT32 ulPagePatchCount;
    JET_LOGTIME logtimePagePatch;
    JET_UINT32 ulPagePatchCountOld;
} JET_DBINFOMISC5;
typedef struct { /* 400 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired;
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess;
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
    JET_UINT32 genCommitted;
    JET_BKINFO bkinfoCopyPrev;
    JET_BKINFO bkinfoDiffPrev;
    JET_UINT32 ulIncrementalReseedCount;
    JET_LOGTIME logtimeIncrementalReseed;
    JET_UINT32 ulIncrementalReseedCountOld;
    JET_UINT32 ulPagePatchCount;
    JET_LOGTIME logtimePagePatch;
    JET_UINT32 ulPagePatchCountOld;
    JET_LOGTIME logtimeChecksumPrev;
    JET_LOGTIME logtimeChecksumStart;
    JET_UINT32 cpgDatabaseChecked;
} JET_DBINFOMISC6;
typedef struct { /* 416 bytes */
    JET_UINT32 ulVersion;
    JET_UINT32 ulUpdate;
    JET_SIGNATURE signDb;
    JET_UINT32 dbstate;
    JET_LGPOS lgposConsistent;
    JET_LOGTIME logtimeConsistent;
    JET_LOGTIME logtimeAttach;
    JET_LGPOS lgposAttach;
    JET_LOGTIME logtimeDetach;
    JET_LGPOS lgposDetach;
    JET_SIGNATURE signLog;
    JET_BKINFO bkinfoFullPrev;
    JET_BKINFO bkinfoIncPrev;
    JET_BKINFO bkinfoFullCur;
    JET_UINT32 fShadowingDisabled;
    JET_UINT32 fUpgradeDb;
    JET_UINT32 dwMajorVersion;
    JET_UINT32 dwMinorVersion;
    JET_UINT32 dwBuildNumber;
    JET_INT32 lSPNumber;
    JET_UINT32 cbPageSize;
    JET_UINT32 genMinRequired;
    JET_UINT32 genMaxRequired;
    JET_LOGTIME logtimeGenMaxCreate;
    JET_UINT32 ulRepairCount;
    JET_LOGTIME logtimeRepair;
    JET_UINT32 ulRepairCountOld;
    JET_UINT32 ulECCFixSuccess;
    JET_LOGTIME logtimeECCFixSuccess;
    JET_UINT32 ulECCFixSuccessOld;
    JET_UINT32 ulECCFixFail;
    JET_LOGTIME logtimeECCFixFail;
    JET_UINT32 ulECCFixFailOld;
    JET_UINT32 ulBadChecksum;
    JET_LOGTIME logtimeBadChecksum;
    JET_UINT32 ulBadChecksumOld;
    JET_UINT32 genCommitted;
    JET_BKINFO bkinfoCopyPrev;
    JET_BKINFO bkinfoDiffPrev;
    JET_UINT32 ulIncrementalReseedCount;
    JET_LOGTIME logtimeIncrementalReseed;
    JET_UINT32 ulIncrementalReseedCountOld;
    JET_UINT32 ulPagePatchCount;
    JET_LOGTIME logtimePagePatch;
    JET_UINT32 ulPagePatchCountOld;
    JET_LOGTIME logtimeChecksumPrev;
    JET_LOGTIME logtimeChecksumStart;
    JET_UINT32 cpgDatabaseChecked;
    JET_LOGTIME logtimeLastReAttach;
    JET_LGPOS lgposLastReAttach;
} JET_DBINFOMISC7;

/* A log file's header, from JetGetLogFileInfo. 80 bytes. */
typedef struct {
    JET_UINT32 ulGeneration;
    JET_SIGNATURE signLog;
    JET_LOGTIME logtimeCreate;
    JET_LOGTIME logtimePreviousGeneration;
    JET_UINT32 ulFlags;
    JET_UINT32 ulVersionMajor;
    JET_UINT32 ulVersionMinor;
    JET_UINT32 ulVersionUpdate;
    JET_UINT32 cbSectorSize;
    JET_UINT32 cbHeader; /* in sectors */
    JET_UINT32 cbFile;   /* in sectors */
    JET_UINT32 cbDatabasePageSize;
} JET_LOGINFOMISC;

/* 88 bytes. */
typedef struct {
    JET_UINT32 ulGeneration;
    JET_SIGNATURE signLog;
    JET_LOGTIME logtimeCreate;
    JET_LOGTIME logtimePreviousGeneration;
    JET_UINT32 ulFlags;
    JET_UINT32 ulVersionMajor;
    JET_UINT32 ulVersionMinor;
    JET_UINT32 ulVersionUpdate;
    JET_UINT32 cbSectorSize;
    JET_UINT32 cbHeader;
    JET_UINT32 cbFile;
    JET_UINT32 cbDatabasePageSize;
    JET_LGPOS lgposCheckpoint; /* of the time when the file was begun */
} JET_LOGINFOMISC2;

/* 104 bytes. */
typedef struct {
    JET_UINT32 ulGeneration;
    JET_SIGNATURE signLog;
    JET_LOGTIME logtimeCreate;
    JET_LOGTIME logtimePreviousGeneration;
    JET_UINT32 ulFlags;
    JET_UINT32 ulVersionMajor;
    JET_UINT32 ulVersionUpdateMajor;
    JET_UINT32 ulVersionUpdateMinor;
    JET_UINT32 cbSectorSize;
    JET_UINT32 cbHeader;
    JET_UINT32 cbFile;
    JET_UINT32 cbDatabasePageSize;
    JET_LGPOS lgposCheckpoint;
    JET_UINT32 ulVersionMinorDeprecated;
    uint64_t checksumPrevLogAllSegments; /* running checksum up to the log before this one */
} JET_LOGINFOMISC3;

/* Where a database was and where it is now. 16 bytes. */
typedef struct {
    char* szDatabaseName;    /* as the logs name it */
    char* szNewDatabaseName; /* where it is */
} JET_RSTMAP_A;
typedef struct {
    char16_t* szDatabaseName;    /* as the logs name it */
    char16_t* szNewDatabaseName; /* where it is */
} JET_RSTMAP_W;

/* A parameter of one database, JET_dbparam... */
typedef struct tagJET_SETDBPARAM {
    JET_UINT32 dbparamid;
    void* pvParam;
    JET_UINT32 cbParam;
} JET_SETDBPARAM;

/* JET_RSTMAP for JetInit4. 40 bytes. */
typedef struct {
    JET_UINT32 cbStruct;
    char* szDatabaseName; /* NULL: found by its signature */
    char* szNewDatabaseName;
    JET_SETDBPARAM* rgsetdbparam; /* not available: csetdbparam must be 0 */
    JET_UINT32 csetdbparam;
    JET_GRBIT grbit; /* JET_bitRestoreMap... */
} JET_RSTMAP2_A;
typedef struct {
    JET_UINT32 cbStruct;
    char16_t* szDatabaseName; /* NULL: found by its signature */
    char16_t* szNewDatabaseName;
    JET_SETDBPARAM* rgsetdbparam; /* not available: csetdbparam must be 0 */
    JET_UINT32 csetdbparam;
    JET_GRBIT grbit; /* JET_bitRestoreMap... */
} JET_RSTMAP2_W;

/* How JetInit3 recovers. 48 bytes. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_RSTMAP_A* rgrstmap;
    JET_INT32 crstmap;
    JET_LGPOS lgposStop;     /* recovery stops behind this place; all zero: at the end */
    JET_LOGTIME logtimeStop; /* not used by the original (BACKUP-SEMANTICS 8); must be zero */
    JET_PFNSTATUS pfnStatus;
} JET_RSTINFO_A;
typedef struct {
    JET_UINT32 cbStruct;
    JET_RSTMAP_W* rgrstmap;
    JET_INT32 crstmap;
    JET_LGPOS lgposStop;     /* recovery stops behind this place; all zero: at the end */
    JET_LOGTIME logtimeStop; /* not used by the original (BACKUP-SEMANTICS 8); must be zero */
    JET_PFNSTATUS pfnStatus;
} JET_RSTINFO_W;

/* How JetInit4 recovers. 56 bytes. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_RSTMAP2_A* rgrstmap;
    JET_INT32 crstmap;
    JET_LGPOS lgposStop;
    JET_LOGTIME logtimeStop;
    JET_PFNINITCALLBACK pfnCallback;
    void* pvCallbackContext;
} JET_RSTINFO2_A;
typedef struct {
    JET_UINT32 cbStruct;
    JET_RSTMAP2_W* rgrstmap;
    JET_INT32 crstmap;
    JET_LGPOS lgposStop;
    JET_LOGTIME logtimeStop;
    JET_PFNINITCALLBACK pfnCallback;
    void* pvCallbackContext;
} JET_RSTINFO2_W;

/* The range of log files of a backup. 16 bytes (A), 20 bytes (W). */
typedef struct {
    JET_UINT32 cbSize;
    JET_UINT32 ulGenLow; /* both inclusive */
    JET_UINT32 ulGenHigh;
    char szBaseName[JET_BASE_NAME_LENGTH + 1];
} JET_LOGINFO_A;
typedef struct {
    JET_UINT32 cbSize;
    JET_UINT32 ulGenLow; /* both inclusive */
    JET_UINT32 ulGenHigh;
    char16_t szBaseName[JET_BASE_NAME_LENGTH + 1];
} JET_LOGINFO_W;

/* An instance and its databases, from JetGetInstanceInfo. 48 bytes. */
typedef struct _JET_INSTANCE_INFO_A {
    JET_INSTANCE hInstanceId;
    char* szInstanceName; /* NULL for the instance without a name */
    JET_API_PTR cDatabases;
    char** szDatabaseFileName;            /* cDatabases paths */
    char** szDatabaseDisplayName;         /* NULL */
    char** szDatabaseSLVFileName_Obsolete; /* NULL */
} JET_INSTANCE_INFO_A;
typedef struct _JET_INSTANCE_INFO_W {
    JET_INSTANCE hInstanceId;
    char16_t* szInstanceName; /* NULL for the instance without a name */
    JET_API_PTR cDatabases;
    char16_t** szDatabaseFileName;            /* cDatabases paths */
    char16_t** szDatabaseDisplayName;         /* NULL */
    char16_t** szDatabaseSLVFileName_Obsolete; /* NULL */
} JET_INSTANCE_INFO_W;

/* A parameter for JetEnableMultiInstance. */
typedef struct {
    JET_UINT32 paramid;
    JET_API_PTR lParam;
    const char* sz;
    JET_ERR err; /* out */
} JET_SETSYSPARAM_A;
typedef struct {
    JET_UINT32 paramid;
    JET_API_PTR lParam;
    const char16_t* sz;
    JET_ERR err; /* out */
} JET_SETSYSPARAM_W;

/* What JetGetErrorInfoW knows about an error. 152 bytes. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_ERR errValue;
    JET_ERRCAT errcatMostSpecific;
    unsigned char rgCategoricalHierarchy[8]; /* JET_errcat..., from the widest to the narrowest; the rest is zero */
    JET_UINT32 lSourceLine;                  /* 0 */
    char16_t rgszSourceFile[64];             /* empty */
} JET_ERRINFOBASIC_W;

/* What identifies a commit in the log stream, for JetCommitTransaction2. 40 bytes. */
typedef struct {
    JET_SIGNATURE signLog;
    int reserved;
    int64_t commitId;
} JET_COMMIT_ID;

/* Called when more commits are on disk (JET_paramDurableCommitCallback): all whose commitId is less than that of
   pCommitIdSeen. A durable commit calls it before it returns. It must not call the API. */
typedef JET_ERR(*JET_PFNDURABLECOMMITCALLBACK)(JET_INSTANCE instance, JET_COMMIT_ID* pCommitIdSeen, JET_GRBIT grbit);

/* Who asks, for traces (JET_sesparamOperationContext). */
typedef struct {
    JET_UINT32 ulUserID;
    unsigned char nOperationID;
    unsigned char nOperationType;
    unsigned char nClientType;
    unsigned char fFlags;
} JET_OPERATIONCONTEXT;

/* JET_DbInfoUpgrade; obsolete. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 cbFilesizeLow;
    JET_UINT32 cbFilesizeHigh;
    JET_UINT32 cbFreeSpaceRequiredLow;
    JET_UINT32 cbFreeSpaceRequiredHigh;
    JET_UINT32 csecToUpgrade;
    __extension__ union {
        JET_UINT32 ulFlags;
        __extension__ struct {
            JET_UINT32 fUpgradable : 1;
            JET_UINT32 fAlreadyUpgraded : 1;
        };
    };
} JET_DBINFOUPGRADE;

/* For JetCompact; obsolete, pass NULL. */
typedef struct tagCONVERT_A {
    char* szOldDll;
    __extension__ union {
        JET_UINT32 fFlags;
        __extension__ struct {
            JET_UINT32 fSchemaChangesOnly : 1;
        };
    };
} JET_CONVERT_A;
typedef struct tagCONVERT_W {
    char16_t* szOldDll;
    __extension__ union {
        JET_UINT32 fFlags;
        __extension__ struct {
            JET_UINT32 fSchemaChangesOnly : 1;
        };
    };
} JET_CONVERT_W;

/* What the calling thread did, from JetGetThreadStats. */
struct JET_THREADSTATS {
    JET_UINT32 cbStruct;
    JET_UINT32 cPageReferenced;
    JET_UINT32 cPageRead;
    JET_UINT32 cPagePreread;
    JET_UINT32 cPageDirtied;
    JET_UINT32 cPageRedirtied;
    JET_UINT32 cLogRecord;
    JET_UINT32 cbLogRecord;
};
struct JET_THREADSTATS2 {
    JET_UINT32 cbStruct;
    JET_UINT32 cPageReferenced;
    JET_UINT32 cPageRead;
    JET_UINT32 cPagePreread;
    JET_UINT32 cPageDirtied;
    JET_UINT32 cPageRedirtied;
    JET_UINT32 cLogRecord;
    JET_UINT32 cbLogRecord;
    uint64_t cusecPageCacheMiss;
    JET_UINT32 cPageCacheMiss;
};
struct JET_THREADSTATS3 {
    JET_UINT32 cbStruct;
    JET_UINT32 cPageReferenced;
    JET_UINT32 cPageRead;
    JET_UINT32 cPagePreread;
    JET_UINT32 cPageDirtied;
    JET_UINT32 cPageRedirtied;
    JET_UINT32 cLogRecord;
    JET_UINT32 cbLogRecord;
    uint64_t cusecPageCacheMiss;
    JET_UINT32 cPageCacheMiss;
    JET_UINT32 cSeparatedLongValueRead;
    uint64_t cusecLongValuePageCacheMiss;
    JET_UINT32 cLongValuePageCacheMiss;
};

/* ---- Definitions of tables, columns and indexes */

/* A column: for JetAddColumn and JetGetColumnInfo. 28 bytes. Country, language and collation are obsolete. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_COLUMNID columnid; /* out */
    JET_COLTYP coltyp;
    unsigned short wCountry;
    unsigned short langid;
    unsigned short cp; /* text: 1252 or 1200 (UTF-16) */
    unsigned short wCollate;
    JET_UINT32 cbMax; /* 0: as long as the type allows */
    JET_GRBIT grbit;
} JET_COLUMNDEF;

/* A column of a derived table and where it comes from. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_COLUMNID columnid;
    JET_COLTYP coltyp;
    unsigned short wCountry;
    unsigned short langid;
    unsigned short cp;
    unsigned short wFiller;
    JET_UINT32 cbMax;
    JET_GRBIT grbit;
    char szBaseTableName[256];
    char szBaseColumnName[256];
} JET_COLUMNBASE_A;
typedef struct {
    JET_UINT32 cbStruct;
    JET_COLUMNID columnid;
    JET_COLTYP coltyp;
    unsigned short wCountry;
    unsigned short langid;
    unsigned short cp;
    unsigned short wFiller;
    JET_UINT32 cbMax;
    JET_GRBIT grbit;
    char16_t szBaseTableName[256];
    char16_t szBaseColumnName[256];
} JET_COLUMNBASE_W;

/* A column, for JetCreateTableColumnIndex. */
typedef struct tag_JET_COLUMNCREATE_A {
    JET_UINT32 cbStruct;
    char* szColumnName;
    JET_COLTYP coltyp;
    JET_UINT32 cbMax;
    JET_GRBIT grbit;
    void* pvDefault;
    JET_UINT32 cbDefault;
    JET_UINT32 cp;
    JET_COLUMNID columnid; /* out */
    JET_ERR err;           /* out */
} JET_COLUMNCREATE_A;
typedef struct tag_JET_COLUMNCREATE_W {
    JET_UINT32 cbStruct;
    char16_t* szColumnName;
    JET_COLTYP coltyp;
    JET_UINT32 cbMax;
    JET_GRBIT grbit;
    void* pvDefault;
    JET_UINT32 cbDefault;
    JET_UINT32 cp;
    JET_COLUMNID columnid; /* out */
    JET_ERR err;           /* out */
} JET_COLUMNCREATE_W;

/* A default value that a callback computes; pvDefault points to it with JET_bitColumnUserDefinedDefault. */
typedef struct tag_JET_USERDEFINEDDEFAULT_A {
    char* szCallback;
    unsigned char* pbUserData;
    JET_UINT32 cbUserData;
    char* szDependantColumns;
} JET_USERDEFINEDDEFAULT_A;
typedef struct tag_JET_USERDEFINEDDEFAULT_W {
    char16_t* szCallback;
    unsigned char* pbUserData;
    JET_UINT32 cbUserData;
    char16_t* szDependantColumns;
} JET_USERDEFINEDDEFAULT_W;

/* A column that decides whether a record gets an entry in an index. */
typedef struct tagJET_CONDITIONALCOLUMN_A {
    JET_UINT32 cbStruct;
    char* szColumnName;
    JET_GRBIT grbit;
} JET_CONDITIONALCOLUMN_A;
typedef struct tagJET_CONDITIONALCOLUMN_W {
    JET_UINT32 cbStruct;
    char16_t* szColumnName;
    JET_GRBIT grbit;
} JET_CONDITIONALCOLUMN_W;

/* How text is sorted: by the number of a language, or by its name. */
typedef struct tagJET_UNICODEINDEX {
    JET_UINT32 lcid;
    JET_UINT32 dwMapFlags; /* LCMAP_... and NORM_... of Windows */
} JET_UNICODEINDEX;
typedef struct tagJET_UNICODEINDEX2 {
    char16_t* szLocaleName;
    JET_UINT32 dwMapFlags;
} JET_UNICODEINDEX2;

/* Which parts of a value a tuple index holds. */
typedef struct tagJET_TUPLELIMITS {
    JET_UINT32 chLengthMin;
    JET_UINT32 chLengthMax;
    JET_UINT32 chToIndexMax;
    JET_UINT32 cchIncrement;
    JET_UINT32 ichStart;
} JET_TUPLELIMITS;

/* How a tree takes and keeps space. */
typedef struct tagJET_SPACEHINTS {
    JET_UINT32 cbStruct;
    JET_UINT32 ulInitialDensity;
    JET_UINT32 cbInitial;
    JET_GRBIT grbit;
    JET_UINT32 ulMaintDensity;
    JET_UINT32 ulGrowth;
    JET_UINT32 cbMinExtent;
    JET_UINT32 cbMaxExtent;
} JET_SPACEHINTS;

/* An index. szKey is a list of column names, each with + or - before it and a NUL behind it, and one NUL more at the
   end. */
typedef struct tagJET_INDEXCREATE_A {
    JET_UINT32 cbStruct;
    char* szIndexName;
    char* szKey;
    JET_UINT32 cbKey; /* bytes of szKey with all its NULs */
    JET_GRBIT grbit;
    JET_UINT32 ulDensity; /* per cent */
    __extension__ union {
        JET_UINT32 lcid;
        JET_UNICODEINDEX* pidxunicode;
    };
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_A* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err; /* out */
    JET_UINT32 cbKeyMost;
} JET_INDEXCREATE_A;
typedef struct tagJET_INDEXCREATE_W {
    JET_UINT32 cbStruct;
    char16_t* szIndexName;
    char16_t* szKey;
    JET_UINT32 cbKey; /* bytes of szKey with all its NULs */
    JET_GRBIT grbit;
    JET_UINT32 ulDensity; /* per cent */
    __extension__ union {
        JET_UINT32 lcid;
        JET_UNICODEINDEX* pidxunicode;
    };
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_W* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err; /* out */
    JET_UINT32 cbKeyMost;
} JET_INDEXCREATE_W;

/* The same with space hints. */
typedef struct tagJET_INDEXCREATE2_A {
    JET_UINT32 cbStruct;
    char* szIndexName;
    char* szKey;
    JET_UINT32 cbKey;
    JET_GRBIT grbit;
    JET_UINT32 ulDensity;
    __extension__ union {
        JET_UINT32 lcid;
        JET_UNICODEINDEX* pidxunicode;
    };
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_A* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err;
    JET_UINT32 cbKeyMost;
    JET_SPACEHINTS* pSpacehints;
} JET_INDEXCREATE2_A;
typedef struct tagJET_INDEXCREATE2_W {
    JET_UINT32 cbStruct;
    char16_t* szIndexName;
    char16_t* szKey;
    JET_UINT32 cbKey;
    JET_GRBIT grbit;
    JET_UINT32 ulDensity;
    __extension__ union {
        JET_UINT32 lcid;
        JET_UNICODEINDEX* pidxunicode;
    };
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_W* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err;
    JET_UINT32 cbKeyMost;
    JET_SPACEHINTS* pSpacehints;
} JET_INDEXCREATE2_W;

/* The same with the name of a language. */
typedef struct tagJET_INDEXCREATE3_A {
    JET_UINT32 cbStruct;
    char* szIndexName;
    char* szKey;
    JET_UINT32 cbKey;
    JET_GRBIT grbit;
    JET_UINT32 ulDensity;
    JET_UNICODEINDEX2* pidxunicode;
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_A* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err;
    JET_UINT32 cbKeyMost;
    JET_SPACEHINTS* pSpacehints;
} JET_INDEXCREATE3_A;
typedef struct tagJET_INDEXCREATE3_W {
    JET_UINT32 cbStruct;
    char16_t* szIndexName;
    char16_t* szKey;
    JET_UINT32 cbKey;
    JET_GRBIT grbit;
    JET_UINT32 ulDensity;
    JET_UNICODEINDEX2* pidxunicode;
    __extension__ union {
        JET_UINT32 cbVarSegMac;
        JET_TUPLELIMITS* ptuplelimits;
    };
    JET_CONDITIONALCOLUMN_W* rgconditionalcolumn;
    JET_UINT32 cConditionalColumn;
    JET_ERR err;
    JET_UINT32 cbKeyMost;
    JET_SPACEHINTS* pSpacehints;
} JET_INDEXCREATE3_W;

/* A table with its columns and indexes. */
typedef struct tagJET_TABLECREATE_A {
    JET_UINT32 cbStruct;
    char* szTableName;
    char* szTemplateTableName; /* NULL: none */
    JET_UINT32 ulPages;        /* first size */
    JET_UINT32 ulDensity;      /* per cent */
    JET_COLUMNCREATE_A* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE_A* rgindexcreate;
    JET_UINT32 cIndexes;
    JET_GRBIT grbit;
    JET_TABLEID tableid; /* out: the table, open */
    JET_UINT32 cCreated; /* out: how many of table, columns and indexes were made */
} JET_TABLECREATE_A;
typedef struct tagJET_TABLECREATE_W {
    JET_UINT32 cbStruct;
    char16_t* szTableName;
    char16_t* szTemplateTableName; /* NULL: none */
    JET_UINT32 ulPages;        /* first size */
    JET_UINT32 ulDensity;      /* per cent */
    JET_COLUMNCREATE_W* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE_W* rgindexcreate;
    JET_UINT32 cIndexes;
    JET_GRBIT grbit;
    JET_TABLEID tableid; /* out: the table, open */
    JET_UINT32 cCreated; /* out: how many of table, columns and indexes were made */
} JET_TABLECREATE_W;

/* The same with a callback. */
typedef struct tagJET_TABLECREATE2_A {
    JET_UINT32 cbStruct;
    char* szTableName;
    char* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_A* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE_A* rgindexcreate;
    JET_UINT32 cIndexes;
    char* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE2_A;
typedef struct tagJET_TABLECREATE2_W {
    JET_UINT32 cbStruct;
    char16_t* szTableName;
    char16_t* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_W* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE_W* rgindexcreate;
    JET_UINT32 cIndexes;
    char16_t* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE2_W;

/* The same with space hints. */
typedef struct tagJET_TABLECREATE3_A {
    JET_UINT32 cbStruct;
    char* szTableName;
    char* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_A* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE2_A* rgindexcreate;
    JET_UINT32 cIndexes;
    char* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_SPACEHINTS* pSeqSpacehints;
    JET_SPACEHINTS* pLVSpacehints;
    JET_UINT32 cbSeparateLV;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE3_A;
typedef struct tagJET_TABLECREATE3_W {
    JET_UINT32 cbStruct;
    char16_t* szTableName;
    char16_t* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_W* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE2_W* rgindexcreate;
    JET_UINT32 cIndexes;
    char16_t* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_SPACEHINTS* pSeqSpacehints;
    JET_SPACEHINTS* pLVSpacehints;
    JET_UINT32 cbSeparateLV;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE3_W;

/* The same with JET_INDEXCREATE3. */
typedef struct tagJET_TABLECREATE4_A {
    JET_UINT32 cbStruct;
    char* szTableName;
    char* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_A* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE3_A* rgindexcreate;
    JET_UINT32 cIndexes;
    char* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_SPACEHINTS* pSeqSpacehints;
    JET_SPACEHINTS* pLVSpacehints;
    JET_UINT32 cbSeparateLV;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE4_A;
typedef struct tagJET_TABLECREATE4_W {
    JET_UINT32 cbStruct;
    char16_t* szTableName;
    char16_t* szTemplateTableName;
    JET_UINT32 ulPages;
    JET_UINT32 ulDensity;
    JET_COLUMNCREATE_W* rgcolumncreate;
    JET_UINT32 cColumns;
    JET_INDEXCREATE3_W* rgindexcreate;
    JET_UINT32 cIndexes;
    char16_t* szCallback;
    JET_CBTYP cbtyp;
    JET_GRBIT grbit;
    JET_SPACEHINTS* pSeqSpacehints;
    JET_SPACEHINTS* pLVSpacehints;
    JET_UINT32 cbSeparateLV;
    JET_TABLEID tableid;
    JET_UINT32 cCreated;
} JET_TABLECREATE4_W;

/* A temporary table. */
typedef struct tagJET_OPENTEMPORARYTABLE {
    JET_UINT32 cbStruct;
    const JET_COLUMNDEF* prgcolumndef;
    JET_UINT32 ccolumn;
    JET_UNICODEINDEX* pidxunicode;
    JET_GRBIT grbit;
    JET_COLUMNID* prgcolumnid;
    JET_UINT32 cbKeyMost;
    JET_UINT32 cbVarSegMac;
    JET_TABLEID tableid;
} JET_OPENTEMPORARYTABLE;
typedef struct tagJET_OPENTEMPORARYTABLE2 {
    JET_UINT32 cbStruct;
    const JET_COLUMNDEF* prgcolumndef;
    JET_UINT32 ccolumn;
    JET_UNICODEINDEX2* pidxunicode;
    JET_GRBIT grbit;
    JET_COLUMNID* prgcolumnid;
    JET_UINT32 cbKeyMost;
    JET_UINT32 cbVarSegMac;
    JET_TABLEID tableid;
} JET_OPENTEMPORARYTABLE2;

/* ---- Information about tables. The lists are temporary tables, open at `tableid`, with these columns. */

typedef struct {
    JET_UINT32 cbStruct;
    JET_OBJTYP objtyp;
    JET_DATESERIAL dtCreate;
    JET_DATESERIAL dtUpdate;
    JET_GRBIT grbit;
    JET_UINT32 flags;
    JET_UINT32 cRecord;
    JET_UINT32 cPage;
} JET_OBJECTINFO;
typedef struct {
    JET_UINT32 cbStruct;
    JET_TABLEID tableid;
    JET_UINT32 cRecord;
    JET_COLUMNID columnidcontainername;
    JET_COLUMNID columnidobjectname;
    JET_COLUMNID columnidobjtyp;
    JET_COLUMNID columniddtCreate;
    JET_COLUMNID columniddtUpdate;
    JET_COLUMNID columnidgrbit;
    JET_COLUMNID columnidflags;
    JET_COLUMNID columnidcRecord;
    JET_COLUMNID columnidcPage;
} JET_OBJECTLIST;
typedef struct {
    JET_UINT32 cbStruct;
    JET_TABLEID tableid;
    JET_UINT32 cRecord;
    JET_COLUMNID columnidPresentationOrder;
    JET_COLUMNID columnidcolumnname;
    JET_COLUMNID columnidcolumnid;
    JET_COLUMNID columnidcoltyp;
    JET_COLUMNID columnidCountry;
    JET_COLUMNID columnidLangid;
    JET_COLUMNID columnidCp;
    JET_COLUMNID columnidCollate;
    JET_COLUMNID columnidcbMax;
    JET_COLUMNID columnidgrbit;
    JET_COLUMNID columnidDefault;
    JET_COLUMNID columnidBaseTableName;
    JET_COLUMNID columnidBaseColumnName;
    JET_COLUMNID columnidDefinitionName;
} JET_COLUMNLIST;
typedef struct { /* one row for each column of each index */
    JET_UINT32 cbStruct;
    JET_TABLEID tableid;
    JET_UINT32 cRecord;
    JET_COLUMNID columnidindexname;
    JET_COLUMNID columnidgrbitIndex;
    JET_COLUMNID columnidcKey;
    JET_COLUMNID columnidcEntry;
    JET_COLUMNID columnidcPage;
    JET_COLUMNID columnidcColumn;
    JET_COLUMNID columnidiColumn;
    JET_COLUMNID columnidcolumnid;
    JET_COLUMNID columnidcoltyp;
    JET_COLUMNID columnidCountry;
    JET_COLUMNID columnidLangid;
    JET_COLUMNID columnidCp;
    JET_COLUMNID columnidCollate;
    JET_COLUMNID columnidgrbitColumn;
    JET_COLUMNID columnidcolumnname;
    JET_COLUMNID columnidLCMapFlags;
} JET_INDEXLIST;
typedef struct {
    JET_UINT32 cbStruct;
    JET_TABLEID tableid;
    JET_UINT32 cRecord;
    JET_COLUMNID columnidBookmark;
} JET_RECORDLIST;

/* An index, for JetSetCurrentIndex4; only the engine looks inside. */
typedef struct tagJET_INDEXID {
    JET_UINT32 cbStruct;
    unsigned char rgbIndexId[sizeof(JET_API_PTR) + sizeof(JET_UINT32) + sizeof(JET_UINT32)];
} JET_INDEXID;

/* ---- Records */

/* Which value, and from which byte on. itagSequence counts from 1; in JET_SETINFO 0 adds a value. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 ibLongValue;
    JET_UINT32 itagSequence;
    JET_COLUMNID columnidNextTagged; /* out */
} JET_RETINFO;
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 ibLongValue;
    JET_UINT32 itagSequence;
} JET_SETINFO;

/* A place in an index, as a fraction: centriesLT of centriesTotal. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 centriesLT;
    JET_UINT32 centriesInRange;
    JET_UINT32 centriesTotal;
} JET_RECPOS;
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 centriesLTDeprecated;
    JET_UINT32 centriesInRangeDeprecated;
    JET_UINT32 centriesTotalDeprecated;
    unsigned long long centriesLT;
    unsigned long long centriesTotal;
} JET_RECPOS2;

/* A cursor with a range, for JetIntersectIndexes. */
typedef struct {
    JET_UINT32 cbStruct;
    JET_TABLEID tableid;
    JET_GRBIT grbit;
} JET_INDEXRANGE;
typedef struct {
    JET_COLUMNID columnid;
    JET_RELOP relop;
    void* pv;
    JET_UINT32 cb;
    JET_GRBIT grbit;
} JET_INDEX_COLUMN;
typedef struct {
    JET_INDEX_COLUMN* rgStartColumns;
    JET_UINT32 cStartColumns;
    JET_INDEX_COLUMN* rgEndColumns;
    JET_UINT32 cEndColumns;
} JET_INDEX_RANGE;

typedef struct {
    JET_COLUMNID columnid;
    const void* pvData;
    JET_UINT32 cbData;
    JET_GRBIT grbit;
    JET_UINT32 ibLongValue;
    JET_UINT32 itagSequence;
    JET_ERR err; /* out */
} JET_SETCOLUMN;
typedef struct {
    JET_COLUMNID columnid;
    void* pvData;
    JET_UINT32 cbData;
    JET_UINT32 cbActual; /* out */
    JET_GRBIT grbit;
    JET_UINT32 ibLongValue;
    JET_UINT32 itagSequence;
    JET_COLUMNID columnidNextTagged; /* out */
    JET_ERR err;                     /* out */
} JET_RETRIEVECOLUMN;
typedef struct {
    JET_COLUMNID columnid;
    JET_UINT32 ctagSequence;
    JET_UINT32* rgtagSequence;
} JET_ENUMCOLUMNID;
typedef struct {
    JET_UINT32 itagSequence;
    JET_ERR err;
    JET_UINT32 cbData;
    void* pvData;
} JET_ENUMCOLUMNVALUE;
typedef struct {
    JET_COLUMNID columnid;
    JET_ERR err;
    __extension__ union {
        __extension__ struct { /* err is not JET_wrnColumnSingleValue */
            JET_UINT32 cEnumColumnValue;
            JET_ENUMCOLUMNVALUE* rgEnumColumnValue;
        };
        __extension__ struct { /* err is JET_wrnColumnSingleValue */
            JET_UINT32 cbData;
            void* pvData;
        };
    };
} JET_ENUMCOLUMN;
typedef struct {
    uint64_t cbData;
    uint64_t cbLongValueData;
    uint64_t cbOverhead;
    uint64_t cbLongValueOverhead;
    uint64_t cNonTaggedColumns;
    uint64_t cTaggedColumns;
    uint64_t cLongValues;
    uint64_t cMultiValues;
} JET_RECSIZE;
typedef struct {
    uint64_t cbData;
    uint64_t cbLongValueData;
    uint64_t cbOverhead;
    uint64_t cbLongValueOverhead;
    uint64_t cNonTaggedColumns;
    uint64_t cTaggedColumns;
    uint64_t cLongValues;
    uint64_t cMultiValues;
    uint64_t cCompressedColumns;
    uint64_t cbDataCompressed;
    uint64_t cbLongValueDataCompressed;
} JET_RECSIZE2;

/* ---------------------------------------------------------------------------------------------------------------------
 * 7  Functions
 * ------------------------------------------------------------------------------------------------------------------ */

/* ---- 7.1  Errors and version */

/* Sets *pvResult to what the engine knows about an error. pvContext points to a JET_ERR, pvResult to a
   JET_ERRINFOBASIC_W; InfoLevel is JET_ErrorInfoSpecificErr, grbit 0. There is only this wide flavour, as on
   Windows.
   JET_errInvalidParameter (NULL, unknown error or level, any grbit), JET_errInvalidBufferSize (cbMax is too small). */
JET_ERR JET_API JetGetErrorInfoW(void* pvContext, void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel,
                                 JET_GRBIT grbit);

/* Sets *pwVersion to the version of the engine: major in bits 28..31, minor in bits 24..27, build in bits 8..23,
   update in bits 0..7. This engine reports the Windows build whose behaviour it follows, 10.0.20348.
   JET_errInvalidSesid, JET_errInvalidParameter. */
JET_ERR JET_API JetGetVersion(JET_SESID sesid, JET_UINT32* pwVersion);

/* ---- 7.2  Instances */

/* Makes an instance: an engine of its own, with logs and databases of its own. It does nothing until JetInit; its
   parameters can be set from now on. The name is unique in the process; the display name (JetCreateInstance2) is for
   event texts and may be NULL; grbit is 0. Afterwards the process is in multi-instance mode. JetCreateInstance2 is
   JetCreateInstance with a display name.
   JET_errInvalidParameter (pinstance is NULL), JET_errRunningInOneInstanceMode, JET_errInstanceNameInUse,
   JET_errTooManyInstances, JET_errInvalidGrbit, JET_errUnicodeTranslationFail. */
JET_ERR JET_API JetCreateInstanceA(JET_INSTANCE* pinstance, JET_PCSTR szInstanceName);
JET_ERR JET_API JetCreateInstanceW(JET_INSTANCE* pinstance, JET_PCWSTR szInstanceName);
JET_ERR JET_API JetCreateInstance2A(JET_INSTANCE* pinstance, JET_PCSTR szInstanceName, JET_PCSTR szDisplayName,
                                    JET_GRBIT grbit);
JET_ERR JET_API JetCreateInstance2W(JET_INSTANCE* pinstance, JET_PCWSTR szInstanceName, JET_PCWSTR szDisplayName,
                                    JET_GRBIT grbit);

/* Starts an instance: opens or makes its log stream and recovers databases that are dirty. With pinstance NULL, or
   *pinstance 0 or JET_instanceNil where no instance was made by name, the process gets its single instance
   (single-instance mode). One process owns a set of log files at a time: JET_errLogFilePathInUse or
   JET_errSystemPathInUse, whose detail names the owner's pid. JetInit2 takes JET_bitReplay..., JetInit3 also a map
   of moved databases and a place to stop at; without it databases are looked for where the logs say, or in
   JET_paramAlternateDatabaseRecoveryPath.
   JET_errAlreadyInitialized, JET_errInitInProgress, JET_errInvalidGrbit, JET_errInvalidPath,
   JET_errFileAccessDenied, JET_errLogFileSizeMismatch, JET_errBadLogVersion, JET_errLogFileCorrupt,
   JET_errMissingLogFile, JET_errInvalidLogSequence, JET_errBadLogSignature, JET_errPageSizeMismatch,
   JET_errDiskFull, JET_errDiskIO, JET_errFileNotFound (JET_bitLogStreamMustExist). The instance can be used for
   another JetInit after an error.
   Of a map every entry counts that the signature of its new file, or else its old path, fits; a database that has
   none is missing, unless JET_bitReplayMissingMapEntryDB says that it is where the logs say. A database that the logs
   leave attached and that is not there is JET_errAttachedDatabaseMismatch, or passed over
   (JET_bitReplayIgnoreMissingDB). lgposStop is the last record that is replayed, or any position behind it:
   {0xFFFF, 0xFFFF, n} is all of generation n. Recovery that stops there, or before open transactions are rolled back
   (JET_bitRecoveryWithoutUndo), ends with JET_errRecoveredWithoutUndo, or JET_errRecoveredWithoutUndoDatabasesConsistent
   where nothing had to be replayed, the logs as they were and the instance not initialised.
   JET_bitRecoveryUndoAtStop (part 9) ends clean instead. pfnStatus gets JET_snpRestore. logtimeStop other than zero
   is JET_errInvalidParameter.
   JET_bitReplayIgnoreLostLogs accepts that transactions at the end are lost although they were committed: newest logs
   that are missing, as far as the headers of the databases say that logs were committed but not that they are required;
   and damage in a log behind all that a database requires. The logs then end before the damage; what lay behind is set
   aside in a folder beside them, BASE-behind-G-S-O (JET_eventLogsSetAside), and nothing is deleted. Where a database
   requires what is missing or damaged the error stays the same.
   JET_errRequiredLogFilesMissing, JET_errCommittedLogFilesMissing (accepted with JET_bitReplayIgnoreLostLogs),
   JET_errConsistentTimeMismatch, JET_errDbTimeTooOld, JET_errDbTimeTooNew, JET_errReadVerifyFailure,
   JET_errPageNotInitialized, and JET_errFeatureNotAvailable for log records of a kind that is not known. LOG-FORMAT 5,
   BACKUP-SEMANTICS 5.5. */
JET_ERR JET_API JetInit(JET_INSTANCE* pinstance);
JET_ERR JET_API JetInit2(JET_INSTANCE* pinstance, JET_GRBIT grbit);
JET_ERR JET_API JetInit3A(JET_INSTANCE* pinstance, JET_RSTINFO_A* prstInfo, JET_GRBIT grbit);
JET_ERR JET_API JetInit3W(JET_INSTANCE* pinstance, JET_RSTINFO_W* prstInfo, JET_GRBIT grbit);
/* JetInit3 whose map says of each database whether it may be missing (JET_bitRestoreMapIgnoreWhenMissing) or not
   (JET_bitRestoreMapFailWhenMissing), whatever JET_bitReplayIgnoreMissingDB says, and whether a database that the logs
   create takes the place of an older or foreign one (JET_bitRestoreMapOverwriteOnCreate). An entry without an old path
   counts by its signature. pfnCallback gets JET_snpRestore, and pvCallbackContext.
   As JetInit3, and JET_errFeatureNotAvailable for parameters of databases and for recovery that the callback
   controls. */
JET_ERR JET_API JetInit4A(JET_INSTANCE* pinstance, JET_RSTINFO2_A* prstInfo, JET_GRBIT grbit);
JET_ERR JET_API JetInit4W(JET_INSTANCE* pinstance, JET_RSTINFO2_W* prstInfo, JET_GRBIT grbit);

/* Ends an instance; its handle is gone afterwards, even when an error is returned (JET_errBackupInProgress and
   JET_errTermInProgress excepted). Waits for calls under way; sessions and databases that are still open are closed.
   JetTerm is JetTerm2 without bits. Everything is written and databases are left clean, unless JET_bitTermDirty is
   given: that writes nothing. JET_bitTermAbrupt may leave out clean-up that can wait. A backup in progress is
   JET_errBackupInProgress unless JET_bitTermStopBackup or JET_bitTermAbrupt ends it (BACKUP-SEMANTICS 1.4).
   JET_errInvalidParameter, JET_errNotInitialized, JET_errTermInProgress, JET_errInvalidGrbit, JET_errDiskFull,
   JET_errDiskIO, JET_errDirtyShutdown (as asked). */
JET_ERR JET_API JetTerm(JET_INSTANCE instance);
JET_ERR JET_API JetTerm2(JET_INSTANCE instance, JET_GRBIT grbit);

/* Makes an instance ready to end: from now on every call on it but JetTerm gives
   JET_errClientRequestToStopJetService. JetStopService is for single-instance mode. JetStopServiceInstance2 without bits
   (JET_bitStopServiceAll) is the same. With JET_bitStopServiceBackgroundUserTasks only defragmentation in the background
   holds still, and with JET_bitStopServiceQuiesceCaches changed pages are written as soon as the log file of their
   changes is full, so that there is little to do at the end; JET_bitStopServiceResume ends what is given with it, or
   both. Meant for another thread than the one at work (BACKUP-SEMANTICS 1.6).
   JET_errInvalidParameter, JET_errNotInitialized, JET_errRunningInMultiInstanceMode, JET_errInvalidGrbit,
   JET_errFeatureNotAvailable (JET_bitStopServiceStopAndEmitLog). */
JET_ERR JET_API JetStopService(void);
JET_ERR JET_API JetStopServiceInstance(JET_INSTANCE instance);
JET_ERR JET_API JetStopServiceInstance2(JET_INSTANCE instance, const JET_GRBIT grbit);

/* Sets *paInstanceInfo to an array of *pcInstanceInfo elements, one for each initialised instance with its attached
   and logged databases. Free it with JetFreeBuffer. With no instance the count is 0 and the array NULL.
   JET_errInvalidParameter, JET_errOutOfMemory. BACKUP-SEMANTICS 2.12. */
JET_ERR JET_API JetGetInstanceInfoA(JET_UINT32* pcInstanceInfo, JET_INSTANCE_INFO_A** paInstanceInfo);
JET_ERR JET_API JetGetInstanceInfoW(JET_UINT32* pcInstanceInfo, JET_INSTANCE_INFO_W** paInstanceInfo);

/* A fact about an instance: JET_InstanceMiscInfoLogSignature, the JET_SIGNATURE of its logs. [Gate],
   JET_errInvalidBufferSize, JET_errLoggingDisabled (it has no logs), JET_errFeatureNotAvailable (other levels). */
JET_ERR JET_API JetGetInstanceMiscInfo(JET_INSTANCE instance, void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel);

/* Frees what JetGetInstanceInfo (or another function that says so) allocated. NULL is allowed. Always
   JET_errSuccess. */
JET_ERR JET_API JetFreeBuffer(char* pbBuf);

/* ---- 7.3  Parameters */

/* Sets a parameter (part 4): a number in lParam, or a text in szParam. pinstance NULL, or *pinstance 0 or
   JET_instanceNil: the default for instances made later and the parameters of the process; in single-instance mode
   also the parameter of the single instance. Otherwise the parameter of that instance. sesid is 0, or a session for
   JET_paramCommitDefault.
   JET_errInvalidParameter (unknown parameter, value out of range, text missing or too long),
   JET_errAlreadyInitialized (it can only be set before JetInit), JET_errInvalidPath, JET_errInvalidSesid,
   JET_errUnicodeTranslationFail. */
JET_ERR JET_API JetSetSystemParameterA(JET_INSTANCE* pinstance, JET_SESID sesid, JET_UINT32 paramid, JET_API_PTR lParam,
                                       JET_PCSTR szParam);
JET_ERR JET_API JetSetSystemParameterW(JET_INSTANCE* pinstance, JET_SESID sesid, JET_UINT32 paramid, JET_API_PTR lParam,
                                       JET_PCWSTR szParam);

/* Reads a parameter: numbers into *plParam, texts into szParam, which is a buffer of cbMax bytes. instance 0 reads
   the defaults. JET_paramErrorToString needs nothing initialised and takes the error in *plParam.
   JET_errInvalidParameter (unknown parameter, or the pointer that it needs is NULL), JET_errBufferTooSmall. */
JET_ERR JET_API JetGetSystemParameterA(JET_INSTANCE instance, JET_SESID sesid, JET_UINT32 paramid, JET_API_PTR* plParam,
                                       JET_PSTR szParam, JET_UINT32 cbMax);
JET_ERR JET_API JetGetSystemParameterW(JET_INSTANCE instance, JET_SESID sesid, JET_UINT32 paramid, JET_API_PTR* plParam,
                                       JET_PWSTR szParam, JET_UINT32 cbMax);

/* ---- 7.4  Sessions */

/* Opens a session, the context of all work on databases. szUserName and szPassword are not used and may be NULL. In
   single-instance mode `instance` is not looked at. [Gate], JET_errInvalidParameter (psesid is NULL),
   JET_errOutOfSessions. */
JET_ERR JET_API JetBeginSessionA(JET_INSTANCE instance, JET_SESID* psesid, JET_PCSTR szUserName, JET_PCSTR szPassword);
JET_ERR JET_API JetBeginSessionW(JET_INSTANCE instance, JET_SESID* psesid, JET_PCWSTR szUserName,
                                 JET_PCWSTR szPassword);

/* Closes a session with everything that was opened in it; open transactions are rolled back. grbit is 0.
   JET_errInvalidSesid, JET_errSessionInUse (its context is set), JET_errInvalidGrbit. */
JET_ERR JET_API JetEndSession(JET_SESID sesid, JET_GRBIT grbit);
/* Opens another session of the same instance, as JetBeginSession does. */
JET_ERR JET_API JetDupSession(JET_SESID sesid, JET_SESID* psesid);

/* A transaction has to be committed or rolled back, and others begun inside it, by the thread that began it. If it has to
   go on in another thread, the session is given a context before it begins, any number but 0 and ~0: then it goes on in
   whichever thread has set the same number. A context is set by one thread at a time, which resets it before another
   one sets it. JET_errSessionContextAlreadySet, JET_errInvalidParameter; JET_errSessionContextNotSetByThisThread. */
JET_ERR JET_API JetSetSessionContext(JET_SESID sesid, JET_API_PTR ulContext);
JET_ERR JET_API JetResetSessionContext(JET_SESID sesid);

/* Parameters of a session. JET_sesparamCommitDefault has the bits that JetCommitTransaction takes in addition,
   JET_bitCommitLazyFlush or 0; it begins as JET_paramCommitDefault of the instance, which JetSetSystemParameter with the
   session changes as well. JET_sesparamOperationContext and JET_sesparamCorrelationID are kept for the program; nothing
   depends on them. *pcbParamActual, which may be NULL, gets the size; pvParam may be NULL to ask for it alone.
   JET_errInvalidSesid, JET_errInvalidSesparamId, JET_errInvalidParameter, JET_errInvalidBufferSize, JET_errInvalidGrbit,
   JET_errFeatureNotAvailable (to set JET_sesparamTransactionLevel). */
JET_ERR JET_API JetSetSessionParameter(JET_SESID sesid, JET_UINT32 sesparamid, void* pvParam, JET_UINT32 cbParam);
JET_ERR JET_API JetGetSessionParameter(JET_SESID sesid, JET_UINT32 sesparamid, void* pvParam, JET_UINT32 cbParamMax,
                                       JET_UINT32* pcbParamActual);

/* Chooses what a crash dump of this process holds. A core dump has all memory: JET_bitDumpMaximum,
   JET_bitDumpCacheMaximum and the JET_bitDumpCacheInclude... bits ask for no more than that. To have less is
   JET_errFeatureNotAvailable (see core(5) instead). JET_errInvalidGrbit. */
JET_ERR JET_API JetConfigureProcessForCrashDump(const JET_GRBIT grbit);

/* What the calling thread has made the engine do since the thread began, in all instances: JET_THREADSTATS to
   JET_THREADSTATS3, told apart by cbMax; cbStruct is set. cPageReferenced counts every look at a page, cPageRead the
   pages that were read from files because they were not in memory, cPagePreread those that JetPrereadKeys and
   JetPrereadIndexRanges read. cPageDirtied and cPageRedirtied count changes of pages that were, and were not, as they are
   in the file; cLogRecord and cbLogRecord the log records. A page cache miss is a page that had to be waited for, while
   this thread or another one read it. What background threads do counts for them. JET_errBufferTooSmall,
   JET_errInvalidParameter. */
JET_ERR JET_API JetGetThreadStats(void* pvResult, JET_UINT32 cbMax);

/* ---- 7.5  Databases */

/* Attaches a database file, so that it can be opened; its header is marked as dirty and the attachment is logged.
   JET_bitDbReadOnly attaches without writing anything. cpgDatabaseSizeMax, or the parameter JET_dbparamDbSizeMaxPages,
   is the greatest number of pages that it may grow to while it is attached (JET_errOutOfDatabaseSpace), 0 any number.
   JET_wrnDatabaseAttached (it was attached already), JET_errInvalidSesid, JET_errInvalidGrbit,
   JET_errDatabaseNotFound, JET_errInvalidPath, JET_errFileAccessDenied (also where another instance or process has
   it), JET_errDatabaseCorrupted (both headers are damaged),
   JET_errInvalidDatabaseVersion, JET_errPageSizeMismatch, JET_errDatabaseDirtyShutdown (it needs recovery),
   JET_errSoftRecoveryOnBackupDatabase (a raw copy out of a backup), JET_errDatabaseSignInUse (a copy of it is
   attached), JET_errBackupInProgress, JET_errTooManyAttachedDatabases, JET_errDiskIO. */
JET_ERR JET_API JetAttachDatabaseA(JET_SESID sesid, JET_PCSTR szFilename, JET_GRBIT grbit);
JET_ERR JET_API JetAttachDatabaseW(JET_SESID sesid, JET_PCWSTR szFilename, JET_GRBIT grbit);
JET_ERR JET_API JetAttachDatabase2A(JET_SESID sesid, JET_PCSTR szFilename, const JET_UINT32 cpgDatabaseSizeMax,
                                    JET_GRBIT grbit);
JET_ERR JET_API JetAttachDatabase2W(JET_SESID sesid, JET_PCWSTR szFilename, const JET_UINT32 cpgDatabaseSizeMax,
                                    JET_GRBIT grbit);
JET_ERR JET_API JetAttachDatabase3A(JET_SESID sesid, JET_PCSTR szFilename, JET_SETDBPARAM* rgsetdbparam,
                                    JET_UINT32 csetdbparam, JET_GRBIT grbit);
JET_ERR JET_API JetAttachDatabase3W(JET_SESID sesid, JET_PCWSTR szFilename, JET_SETDBPARAM* rgsetdbparam,
                                    JET_UINT32 csetdbparam, JET_GRBIT grbit);

/* Detaches a database: everything is written and the header is marked as clean. szFilename NULL detaches all.
   JetDetachDatabase2 takes JET_bitForceDetach, which gives JET_errForceDetachNotAllowed for a database whose files can
   be reached. JET_errInvalidSesid, JET_errInvalidGrbit, JET_errDatabaseNotFound,
   JET_errDatabaseInUse (still open in a session), JET_errBackupInProgress, JET_errForceDetachNotAllowed,
   JET_errDiskIO. */
JET_ERR JET_API JetDetachDatabaseA(JET_SESID sesid, JET_PCSTR szFilename);
JET_ERR JET_API JetDetachDatabaseW(JET_SESID sesid, JET_PCWSTR szFilename);
JET_ERR JET_API JetDetachDatabase2A(JET_SESID sesid, JET_PCSTR szFilename, JET_GRBIT grbit);
JET_ERR JET_API JetDetachDatabase2W(JET_SESID sesid, JET_PCWSTR szFilename, JET_GRBIT grbit);

/* Creates a database and opens it in the session. JET_bitDbOverwriteExisting replaces a file that is not attached.
   cpgDatabaseSizeMax, or JET_dbparamDbSizeMaxPages, is the greatest number of pages that it may have while it is
   attached; 0 is no limit. If it fails there is no such file. JET_errInvalidSesid, JET_errInvalidGrbit,
   JET_errInvalidParameter, JET_errInTransaction, JET_errInvalidPath (no such directory), JET_errDatabaseDuplicate
   (there is such a file, or it is attached), JET_errFileAccessDenied, JET_errBackupInProgress,
   JET_errTooManyAttachedDatabases, JET_errOutOfDatabaseSpace, JET_errDiskFull, JET_errDiskIO,
   JET_errFeatureNotAvailable (JET_bitDbRecoveryOff, JET_bitDbShadowingOff, other parameters). */
JET_ERR JET_API JetCreateDatabaseA(JET_SESID sesid, JET_PCSTR szFilename, JET_PCSTR szConnect, JET_DBID* pdbid,
                                   JET_GRBIT grbit);
JET_ERR JET_API JetCreateDatabaseW(JET_SESID sesid, JET_PCWSTR szFilename, JET_PCWSTR szConnect, JET_DBID* pdbid,
                                   JET_GRBIT grbit);
JET_ERR JET_API JetCreateDatabase2A(JET_SESID sesid, JET_PCSTR szFilename, const JET_UINT32 cpgDatabaseSizeMax,
                                    JET_DBID* pdbid, JET_GRBIT grbit);
JET_ERR JET_API JetCreateDatabase2W(JET_SESID sesid, JET_PCWSTR szFilename, const JET_UINT32 cpgDatabaseSizeMax,
                                    JET_DBID* pdbid, JET_GRBIT grbit);
JET_ERR JET_API JetCreateDatabase3A(JET_SESID sesid, JET_PCSTR szFilename, JET_DBID* pdbid,
                                    JET_SETDBPARAM* rgsetdbparam, JET_UINT32 csetdbparam, JET_GRBIT grbit);
JET_ERR JET_API JetCreateDatabase3W(JET_SESID sesid, JET_PCWSTR szFilename, JET_DBID* pdbid,
                                    JET_SETDBPARAM* rgsetdbparam, JET_UINT32 csetdbparam, JET_GRBIT grbit);

/* Opens an attached database in a session. szConnect is not used and may be NULL. JET_bitDbReadOnly,
   JET_bitDbExclusive (not available yet).
   JET_wrnFileOpenReadOnly (attached read-only, opened without JET_bitDbReadOnly), JET_errInvalidSesid,
   JET_errInvalidGrbit, JET_errInvalidParameter, JET_errDatabaseNotFound (not attached), JET_errFeatureNotAvailable. */
JET_ERR JET_API JetOpenDatabaseA(JET_SESID sesid, JET_PCSTR szFilename, JET_PCSTR szConnect, JET_DBID* pdbid,
                                 JET_GRBIT grbit);
JET_ERR JET_API JetOpenDatabaseW(JET_SESID sesid, JET_PCWSTR szFilename, JET_PCWSTR szConnect, JET_DBID* pdbid,
                                 JET_GRBIT grbit);

/* Closes a database that this session opened. grbit is 0. JET_errInvalidSesid, JET_errInvalidDatabaseId,
   JET_errInvalidGrbit. */
JET_ERR JET_API JetCloseDatabase(JET_SESID sesid, JET_DBID dbid, JET_GRBIT grbit);

/* Facts about an open database, in the form that InfoLevel asks for (JET_DbInfo..., part 5).
   JET_errInvalidSesid, JET_errInvalidDatabaseId, JET_errInvalidParameter (no such level, or an obsolete one),
   JET_errFeatureNotAvailable (a level that is not available yet), JET_errInvalidBufferSize (cbMax does not fit the
   level), JET_errBufferTooSmall (texts). */
JET_ERR JET_API JetGetDatabaseInfoA(JET_SESID sesid, JET_DBID dbid, void* pvResult, JET_UINT32 cbMax,
                                    JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetDatabaseInfoW(JET_SESID sesid, JET_DBID dbid, void* pvResult, JET_UINT32 cbMax,
                                    JET_UINT32 InfoLevel);

/* The same about a file, from its header on disk; no instance is needed. A database that is dirty, or attached
   somewhere, can be asked as well.
   JET_errInvalidParameter, JET_errFeatureNotAvailable, JET_errInvalidBufferSize, JET_errFileNotFound,
   JET_errFileAccessDenied, JET_errDatabaseCorrupted (no valid header), JET_errDiskIO. */
JET_ERR JET_API JetGetDatabaseFileInfoA(JET_PCSTR szDatabaseName, void* pvResult, JET_UINT32 cbMax,
                                        JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetDatabaseFileInfoW(JET_PCWSTR szDatabaseName, void* pvResult, JET_UINT32 cbMax,
                                        JET_UINT32 InfoLevel);

/* Facts about a log file, from its header: JET_LogInfoMisc.... No instance is needed.
   JET_errInvalidParameter (no such level), JET_errInvalidBufferSize (cbMax is not the size of the level's structure),
   JET_errFileNotFound, JET_errFileAccessDenied, JET_errLogFileCorrupt, JET_errLogFileSizeMismatch,
   JET_errFileInvalidType, JET_errBadLogVersion, JET_errDiskIO. BACKUP-SEMANTICS 2.12. */
JET_ERR JET_API JetGetLogFileInfoA(JET_PCSTR szLog, void* pvResult, const JET_UINT32 cbMax, const JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetLogFileInfoW(JET_PCWSTR szLog, void* pvResult, const JET_UINT32 cbMax,
                                   const JET_UINT32 InfoLevel);

/* ---- 7.6  External backup
   The caller gets the databases and log files as streams and keeps them where it likes, while the instance works on.
   The order for a full backup (BACKUP-SEMANTICS 1.2; OBSERVED, "Order"):
     JetBeginExternalBackup -> JetGetAttachInfo
     -> for each database JetOpenFile, JetReadFile until 0 bytes, JetCloseFile
     -> JetGetLogInfo -> the same for each log file -> JetTruncateLog, once everything is stored durably
     -> JetEndExternalBackup.
   An incremental or differential backup leaves the databases out. There is no session argument: any thread may make any
   of these calls, but one file is open at a time and its handle is used by one thread at a time.
   The calls without Instance are for single-instance mode and give JET_errRunningInMultiInstanceMode otherwise.
   Each call but Begin and StopBackup gives JET_errNoBackup when no backup was begun, and each but CloseFile and End
   gives JET_errBackupAbortByServer after JetStopBackup. */

/* Begins a backup: 0 full, JET_bitBackupIncremental log files only (JetTruncateLog makes the difference between
   incremental and differential). If it fails, no backup is begun and a running one is not disturbed.
   [Gate], JET_errBackupNotAllowedYet, JET_errLoggingDisabled, JET_errLogWriteFail, JET_errInvalidGrbit,
   JET_errInvalidBackup (incremental with circular logging), JET_errMissingFullBackup (incremental without a full
   backup that truncated), JET_errBackupInProgress, JET_errCheckpointFileNotFound,
   JET_errCheckpointCorrupt, JET_errBadCheckpointSignature, JET_errLogDiskFull, JET_errLogSequenceEnd,
   JET_errOutOfMemory. BACKUP-SEMANTICS 1.3, 2.2. */
JET_ERR JET_API JetBeginExternalBackup(JET_GRBIT grbit);
JET_ERR JET_API JetBeginExternalBackupInstance(JET_INSTANCE instance, JET_GRBIT grbit);

/* Lists the attached databases as paths, each ended by a NUL, the list by one more. *pcbActual becomes the needed
   size; with szzDatabases NULL and cbMax 0 that is all. cbMax and *pcbActual count bytes, in both flavours.
   [Gate], JET_errBufferTooSmall (*pcbActual becomes 0: OBSERVED), JET_errInvalidBackupSequence (incremental). */
JET_ERR JET_API JetGetAttachInfoA(JET_PSTR szzDatabases, JET_UINT32 cbMax, JET_UINT32* pcbActual);
JET_ERR JET_API JetGetAttachInfoW(JET_PWSTR szzDatabases, JET_UINT32 cbMax, JET_UINT32* pcbActual);
JET_ERR JET_API JetGetAttachInfoInstanceA(JET_INSTANCE instance, JET_PSTR szzDatabases, JET_UINT32 cbMax,
                                          JET_UINT32* pcbActual);
JET_ERR JET_API JetGetAttachInfoInstanceW(JET_INSTANCE instance, JET_PWSTR szzDatabases, JET_UINT32 cbMax,
                                          JET_UINT32* pcbActual);

/* Opens a file of one of the lists and tells how many bytes JetReadFile will give. A database's stream is header,
   shadow header, pages 1 to the last one, one trailer page; its size is frozen now (OBSERVED, "JetReadFile").
   [Gate], JET_errInvalidParameter (name missing, not in a list), JET_errOutOfMemory (another file is open),
   JET_errDatabaseNotFound (no such database, or a log file before JetGetLogInfo), JET_errFileAccessDenied. These end the backup: JET_errInvalidBackupSequence (a database after JetGetLogInfo or in
   an incremental backup), JET_errMissingFileToBackup (a log file that is not there), JET_errInvalidParameter (the
   current log file). */
JET_ERR JET_API JetOpenFileA(JET_PCSTR szFileName, JET_HANDLE* phfFile, JET_UINT32* pulFileSizeLow,
                             JET_UINT32* pulFileSizeHigh);
JET_ERR JET_API JetOpenFileW(JET_PCWSTR szFileName, JET_HANDLE* phfFile, JET_UINT32* pulFileSizeLow,
                             JET_UINT32* pulFileSizeHigh);
JET_ERR JET_API JetOpenFileInstanceA(JET_INSTANCE instance, JET_PCSTR szFileName, JET_HANDLE* phfFile,
                                     JET_UINT32* pulFileSizeLow, JET_UINT32* pulFileSizeHigh);
JET_ERR JET_API JetOpenFileInstanceW(JET_INSTANCE instance, JET_PCWSTR szFileName, JET_HANDLE* phfFile,
                                     JET_UINT32* pulFileSizeLow, JET_UINT32* pulFileSizeHigh);

/* Reads the next bytes of the open file. pv is aligned to 4096; cb is a multiple of the database page size, for log
   files too; the first read of a database takes at least three pages, of a log file two. Buffers come full until the
   rest; then 0 bytes with JET_errSuccess. pcbActual may be NULL. Every page and log segment is checked on the way
   (BACKUP-SEMANTICS 2.5).
   [Gate], JET_errInvalidParameter (alignment, size, handle), JET_errReadVerifyFailure (also a page with another
   number), JET_errDiskIO (database: the file is closed, the backup goes on),
   JET_errLogReadVerifyFailure (ends the backup). */
JET_ERR JET_API JetReadFile(JET_HANDLE hfFile, void* pv, JET_UINT32 cb, JET_UINT32* pcbActual);
JET_ERR JET_API JetReadFileInstance(JET_INSTANCE instance, JET_HANDLE hfFile, void* pv, JET_UINT32 cb,
                                    JET_UINT32* pcbActual);

/* Closes the open file. A database counts as backed up when it was read to its end. [Gate], JET_errInvalidParameter
   (handle). */
JET_ERR JET_API JetCloseFile(JET_HANDLE hfFile);
JET_ERR JET_API JetCloseFileInstance(JET_INSTANCE instance, JET_HANDLE hfFile);

/* Lists the log files that belong to the backup, in the form of JetGetAttachInfo. The first call begins a new log
   file, so that everything committed before it lies in the files of the list; later calls give the same list.
   pLogInfo gets range and base name of the files; its cbSize is set by the caller.
   [Gate], JET_errInvalidBackupSequence (a file is open), JET_errBufferTooSmall (*pcbActual becomes 0),
   JET_errInvalidParameter (cbSize), JET_errMissingFileToBackup (a generation of the range is not there),
   JET_errFileNotFound (no log file at all), JET_errCheckpointFileNotFound, JET_errCheckpointCorrupt,
   JET_errLogWriteFail, JET_errLogDiskFull. BACKUP-SEMANTICS 2.7. */
JET_ERR JET_API JetGetLogInfoA(JET_PSTR szzLogs, JET_UINT32 cbMax, JET_UINT32* pcbActual);
JET_ERR JET_API JetGetLogInfoW(JET_PWSTR szzLogs, JET_UINT32 cbMax, JET_UINT32* pcbActual);
JET_ERR JET_API JetGetLogInfoInstanceA(JET_INSTANCE instance, JET_PSTR szzLogs, JET_UINT32 cbMax,
                                       JET_UINT32* pcbActual);
JET_ERR JET_API JetGetLogInfoInstanceW(JET_INSTANCE instance, JET_PWSTR szzLogs, JET_UINT32 cbMax,
                                       JET_UINT32* pcbActual);
JET_ERR JET_API JetGetLogInfoInstance2A(JET_INSTANCE instance, JET_PSTR szzLogs, JET_UINT32 cbMax,
                                        JET_UINT32* pcbActual, JET_LOGINFO_A* pLogInfo);
JET_ERR JET_API JetGetLogInfoInstance2W(JET_INSTANCE instance, JET_PWSTR szzLogs, JET_UINT32 cbMax,
                                        JET_UINT32* pcbActual, JET_LOGINFO_W* pLogInfo);

/* Lists the log files that JetTruncateLog would delete; otherwise like JetGetLogInfo, the new log file included. */
JET_ERR JET_API JetGetTruncateLogInfoInstanceA(JET_INSTANCE instance, JET_PSTR szzLogs, JET_UINT32 cbMax,
                                               JET_UINT32* pcbActual);
JET_ERR JET_API JetGetTruncateLogInfoInstanceW(JET_INSTANCE instance, JET_PWSTR szzLogs, JET_UINT32 cbMax,
                                               JET_UINT32* pcbActual);

/* Deletes the log files that neither recovery nor the next incremental backup needs. Call it when the backup is
   stored durably.
   [Gate], JET_errInvalidBackupSequence (a file is open, or no JetGetLogInfo yet), JET_errLogFileNotCopied (not every
   listed log file was read to its end), JET_errFileAccessDenied, JET_errDiskIO (deletion stopped there).
   BACKUP-SEMANTICS 2.9, 4. */
JET_ERR JET_API JetTruncateLog(void);
JET_ERR JET_API JetTruncateLogInstance(JET_INSTANCE instance);

/* Ends the backup. With JET_bitBackupEndNormal it is recorded in the database headers (table "Header stamps" in
   OBSERVED), unless no log list was asked for; JET_bitBackupEndAbort records nothing. The calls without grbit end
   normally. Unknown bits are not looked at, as on Windows.
   [Gate], JET_errInvalidParameter (not exactly one of Normal and Abort; the backup goes on). */
JET_ERR JET_API JetEndExternalBackup(void);
JET_ERR JET_API JetEndExternalBackupInstance(JET_INSTANCE instance);
JET_ERR JET_API JetEndExternalBackupInstance2(JET_INSTANCE instance, JET_GRBIT grbit);

/* Stops a backup from another thread: its next call gives JET_errBackupAbortByServer. Success also when none is
   running.
   JET_errInvalidParameter, JET_errRunningInMultiInstanceMode. BACKUP-SEMANTICS 1.6. */
JET_ERR JET_API JetStopBackup(void);
JET_ERR JET_API JetStopBackupInstance(JET_INSTANCE instance);

/* ---- 7.7  Restore (hard recovery) */

/* Makes restored database files usable: folds their trailers into their headers, replays the backup's log files, and
   leaves the databases clean. The files lie at the new places of the map already; an empty map is
   JET_errInvalidParameter.
     szCheckpointFilePath,
     szLogPath               folders of the new instance; logs there are replayed after the backup's
     rgrstmap, crstfilemap   every database: its path in the logs (or any, if the signature fits) and its path now
     szBackupLogPath         folder of the backup's log files; nothing in it is deleted (the original does)
     genLow, genHigh         the generations to use; JetExternalRestore2 takes them, and the base name, from pLogInfo
     szTargetInstance...     an instance whose logs are replayed as well; NULL for none (not available yet)
     pfn                     progress (JET_snpRestore), or NULL
   JET_errInvalidParameter, JET_errRestoreInProgress, JET_errLogFilePathInUse, JET_errSystemPathInUse,
   JET_errFileAccessDenied (somebody has a database open), JET_errRunningInOneInstanceMode, JET_errDatabaseSignInUse,
   JET_errLogFileSizeMismatch, JET_errBadPatchPage (no trailer), JET_errDatabasePatchFileMismatch (database of
   another backup), JET_errBadLogSignature, JET_errRequiredLogFilesMissing, JET_errFileNotFound (a log in the
   middle), JET_errLogCorruptDuringHardRestore, JET_errLogFileCorrupt, JET_errExistingLogFileHasBadSignature (foreign
   logs in szLogPath), JET_errExistingLogFileIsNotContiguous, JET_errMissingCurrentLogFiles (a gap before those),
   JET_errAttachedDatabaseMismatch (the logs name a database outside the map), JET_errReadVerifyFailure (a damaged
   page), JET_errRestoreOfNonBackupDatabase, and JET_errFeatureNotAvailable for log records of a kind that is not known.
   EsentExternalRestore (part 9) restores to an earlier position. BACKUP-SEMANTICS 5, OBSERVED "Restore". */
JET_ERR JET_API JetExternalRestoreA(JET_PSTR szCheckpointFilePath, JET_PSTR szLogPath, JET_RSTMAP_A* rgrstmap,
                                    JET_INT32 crstfilemap, JET_PSTR szBackupLogPath, JET_INT32 genLow,
                                    JET_INT32 genHigh, JET_PFNSTATUS pfn);
JET_ERR JET_API JetExternalRestoreW(JET_PWSTR szCheckpointFilePath, JET_PWSTR szLogPath, JET_RSTMAP_W* rgrstmap,
                                    JET_INT32 crstfilemap, JET_PWSTR szBackupLogPath, JET_INT32 genLow,
                                    JET_INT32 genHigh, JET_PFNSTATUS pfn);
JET_ERR JET_API JetExternalRestore2A(JET_PSTR szCheckpointFilePath, JET_PSTR szLogPath, JET_RSTMAP_A* rgrstmap,
                                     JET_INT32 crstfilemap, JET_PSTR szBackupLogPath, JET_LOGINFO_A* pLogInfo,
                                     JET_PSTR szTargetInstanceName, JET_PSTR szTargetInstanceLogPath,
                                     JET_PSTR szTargetInstanceCheckpointPath, JET_PFNSTATUS pfn);
JET_ERR JET_API JetExternalRestore2W(JET_PWSTR szCheckpointFilePath, JET_PWSTR szLogPath, JET_RSTMAP_W* rgrstmap,
                                     JET_INT32 crstfilemap, JET_PWSTR szBackupLogPath, JET_LOGINFO_W* pLogInfo,
                                     JET_PWSTR szTargetInstanceName, JET_PWSTR szTargetInstanceLogPath,
                                     JET_PWSTR szTargetInstanceCheckpointPath, JET_PFNSTATUS pfn);

/* ---- 7.8  Transactions */

/* Begins a transaction, or one inside another (seven deep). trxid is a number for traces. JET_bitTransactionReadOnly.
   JET_errInvalidSesid, JET_errInvalidGrbit, JET_errTransTooDeep. */
JET_ERR JET_API JetBeginTransaction(JET_SESID sesid);
JET_ERR JET_API JetBeginTransaction2(JET_SESID sesid, JET_GRBIT grbit);
JET_ERR JET_API JetBeginTransaction3(JET_SESID sesid, int64_t trxid, JET_GRBIT grbit);
/* Commits the innermost transaction. When the outermost one is committed it is durable on return, unless
   JET_bitCommitLazyFlush is given (or JET_sesparamCommitDefault says so): then it is durable some tens of milliseconds
   later, whatever cmsecDurableCommit is. Three bits, each of which stands alone, end no transaction:
   JET_bitWaitLastLevel0Commit and JET_bitWaitAllLevel0Commit wait until what this session, or any, has committed is
   durable, and JET_bitForceNewLog ends the current log file. pCommitId gets what JET_paramDurableCommitCallback's
   commits are compared with, by commitId; zero where nothing was changed.
   These three functions give JET_errSessionSharingViolation for a transaction that another thread has begun, see
   JetSetSessionContext. JET_errInvalidSesid, JET_errInvalidGrbit, JET_errNotInTransaction, JET_errLogWriteFail (whether it is
   committed is open until recovery). */
JET_ERR JET_API JetCommitTransaction(JET_SESID sesid, JET_GRBIT grbit);
JET_ERR JET_API JetCommitTransaction2(JET_SESID sesid, JET_GRBIT grbit, JET_UINT32 cmsecDurableCommit,
                                      JET_COMMIT_ID* pCommitId);
/* Takes back the innermost transaction, or all with JET_bitRollbackAll. Cursors that were opened in it are closed.
   JET_errInvalidSesid, JET_errInvalidGrbit, JET_errNotInTransaction. */
JET_ERR JET_API JetRollback(JET_SESID sesid, JET_GRBIT grbit);

/* ---- 7.9  Cursors */

/* Opens a cursor over a table, in front of its first record and in the order of its primary index. Every cursor is for
   reading only yet, whatever grbit (JET_bitTable...) asks for. pvParameters is not used. A cursor is closed with its
   session, and with the last JetCloseDatabase of the database in the session.
   JET_errInvalidSesid, JET_errInvalidDatabaseId (not open in this session), JET_errInvalidParameter (no ptableid),
   JET_errInvalidGrbit, JET_errInvalidName, JET_errObjectNotFound, JET_errCatalogCorrupted, JET_errReadVerifyFailure. */
JET_ERR JET_API JetOpenTableA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, const void* pvParameters,
                              JET_UINT32 cbParameters, JET_GRBIT grbit, JET_TABLEID* ptableid);
JET_ERR JET_API JetOpenTableW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, const void* pvParameters,
                              JET_UINT32 cbParameters, JET_GRBIT grbit, JET_TABLEID* ptableid);
/* JET_errInvalidSesid, JET_errInvalidTableId, JET_errSesidTableIdMismatch (another session's): these are the errors of
   every function with a cursor. JET_errIllegalOperation is that of functions that a list (7.11) has not. */
JET_ERR JET_API JetCloseTable(JET_SESID sesid, JET_TABLEID tableid);
/* A second cursor on the same table, on its first record, in the order of the primary index. grbit is 0.
   JET_errInvalidParameter, JET_errInvalidGrbit. */
JET_ERR JET_API JetDupCursor(JET_SESID sesid, JET_TABLEID tableid, JET_TABLEID* ptableid, JET_GRBIT grbit);
/* Moves by cRow records or index entries, or to JET_MoveFirst or JET_MoveLast. Beyond either end the cursor stands in
   front of the first or behind the last. cRow 0 only asks whether there is a current record. With JET_bitMoveKeyNE
   entries with the same key count as one. The record in preparation is given up. JET_errNoCurrentRecord, JET_errInvalidGrbit, and what damaged pages give: JET_errReadVerifyFailure,
   JET_errPageNotInitialized, JET_errBadPageLink, JET_errBadParentPageLink, JET_errDatabaseCorrupted. */
JET_ERR JET_API JetMove(JET_SESID sesid, JET_TABLEID tableid, JET_INT32 cRow, JET_GRBIT grbit);
/* Sets the index that gives the order, and moves to its first entry; NULL or "" is the primary index. JET_bitNoMove: to
   the entry of the current record, with the key of number itagSequence where it has several.
   JET_errIndexNotFound, JET_errNoCurrentRecord (the index leaves the record out), JET_errInvalidGrbit. */
JET_ERR JET_API JetSetCurrentIndexA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName);
JET_ERR JET_API JetSetCurrentIndexW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName);
JET_ERR JET_API JetSetCurrentIndex2A(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName, JET_GRBIT grbit);
JET_ERR JET_API JetSetCurrentIndex2W(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName, JET_GRBIT grbit);
JET_ERR JET_API JetSetCurrentIndex3A(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName, JET_GRBIT grbit,
                                     JET_UINT32 itagSequence);
JET_ERR JET_API JetSetCurrentIndex3W(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName, JET_GRBIT grbit,
                                     JET_UINT32 itagSequence);
/* The same where the index is what JET_IdxInfoIndexId has given of it; the name counts if pindexid is NULL.
   JET_errInvalidIndexId (it is no index of this table, or not any more). */
JET_ERR JET_API JetSetCurrentIndex4A(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName, JET_INDEXID* pindexid,
                                     JET_GRBIT grbit, JET_UINT32 itagSequence);
JET_ERR JET_API JetSetCurrentIndex4W(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName,
                                     JET_INDEXID* pindexid, JET_GRBIT grbit, JET_UINT32 itagSequence);
/* The name of the index; empty where the records are in the order of their insertion.
   JET_errInvalidParameter, JET_errBufferTooSmall. */
JET_ERR JET_API JetGetCurrentIndexA(JET_SESID sesid, JET_TABLEID tableid, JET_PSTR szIndexName, JET_UINT32 cbIndexName);
JET_ERR JET_API JetGetCurrentIndexW(JET_SESID sesid, JET_TABLEID tableid, JET_PWSTR szIndexName,
                                    JET_UINT32 cbIndexName);
/* The bookmark of the record: its key in the primary index, or the engine's own number. It names the record for as long
   as that exists. JET_errNoCurrentRecord, JET_errBufferTooSmall (what fits is copied). */
JET_ERR JET_API JetGetBookmark(JET_SESID sesid, JET_TABLEID tableid, void* pvBookmark, JET_UINT32 cbMax,
                               JET_UINT32* pcbActual);
/* To the record that a bookmark names; in a secondary index to its first entry there.
   JET_errRecordDeleted (there is none, or it has no entry in the index), JET_errInvalidBookmark (none was given),
   JET_errUnicodeNormalizationNotSupported (the index is over Unicode text that sorts in a way that is not known). */
JET_ERR JET_API JetGotoBookmark(JET_SESID sesid, JET_TABLEID tableid, void* pvBookmark, JET_UINT32 cbBookmark);
/* The key of the current entry of the index, as it is stored; with JET_bitRetrieveCopy that of JetMakeKey.
   JET_wrnBufferTruncated, JET_errNoCurrentRecord, JET_errKeyNotMade, JET_errInvalidGrbit. */
JET_ERR JET_API JetRetrieveKey(JET_SESID sesid, JET_TABLEID tableid, void* pvKey, JET_UINT32 cbMax,
                               JET_UINT32* pcbActual, JET_GRBIT grbit);
/* Makes a key for JetSeek and JetSetIndexRange: one column of the current index a call, the first with JET_bitNewKey.
   No data is NULL, or an empty value with JET_bitKeyDataZeroLength. The last column may have one of the limits
   JET_bitFullColumnStartLimit, JET_bitFullColumnEndLimit (= JET_bitStrLimit), JET_bitPartialColumnStartLimit,
   JET_bitPartialColumnEndLimit (= JET_bitSubStrLimit). JET_bitNormalizedKey takes a key as JetRetrieveKey gives it.
   JET_errNoCurrentIndex (records in the order of their insertion), JET_errKeyNotMade, JET_errKeyIsMade,
   JET_errInvalidBufferSize (not the width of the column's type), JET_errInvalidGrbit,
   JET_errUnicodeNormalizationNotSupported (characters, or the index's locale, flags or sort version, not known). */
JET_ERR JET_API JetMakeKey(JET_SESID sesid, JET_TABLEID tableid, const void* pvData, JET_UINT32 cbData,
                           JET_GRBIT grbit);
/* Finds the entry with the key of JetMakeKey, or the next to it, and uses the key up: JET_bitSeekEQ, JET_bitSeekGE and
   JET_bitSeekGT the first such entry, JET_bitSeekLT the last, JET_bitSeekLE the first with the key, else the last in
   front of it. With JET_bitSeekEQ:
   JET_bitSetIndexRange ends the way forward after the entries with this key, JET_bitCheckUniqueness asks whether it is
   the only one. JET_wrnSeekNotEqual (GE and LE: a neighbour), JET_wrnUniqueKey, JET_errRecordNotFound (the cursor
   stands between entries), JET_errKeyNotMade, JET_errInvalidGrbit. */
JET_ERR JET_API JetSeek(JET_SESID sesid, JET_TABLEID tableid, JET_GRBIT grbit);
/* Ends the way forward (JET_bitRangeUpperLimit) or back at the key of JetMakeKey, which JET_bitRangeInclusive still
   has in the range. A step beyond it fails and ends the range: the cursor is then behind the last, or in front of the
   first, entry of the whole index. JET_bitRangeInstantDuration only asks whether the cursor is within;
   JET_bitRangeRemove takes the range away. Moving to the first or last entry, a seek, a bookmark, a count and another index do that, too.
   JET_errNoCurrentRecord (the cursor was beyond it, and is now where a step beyond it ends), JET_errKeyNotMade, JET_errInvalidGrbit, JET_errInvalidOperation. */
JET_ERR JET_API JetSetIndexRange(JET_SESID sesid, JET_TABLEID tableidSrc, JET_GRBIT grbit);
/* Counts the entries from the current one to the end of the range or index, up to crecMax (0: all). The cursor stays,
   the range does not.
   JET_errNoCurrentRecord, JET_errInvalidParameter. */
JET_ERR JET_API JetIndexRecordCount(JET_SESID sesid, JET_TABLEID tableid, JET_UINT32* pcrec, JET_UINT32 crecMax);
JET_ERR JET_API JetIndexRecordCount2(JET_SESID sesid, JET_TABLEID tableid, uint64_t* pcrec, uint64_t crecMax);

/* In the order of the primary index JetMove and JetSeek pass over the records that do not meet all of these conditions,
   from now on. Without any (cColumnFilters 0) none is passed over. A condition compares the first
   value of a column: relop, and pv with cb bytes, or NULL (cb 0), which is less than every value; a value without bytes
   is JET_bitZeroLength. The filter that was there goes in any case. grbit is 0.
   JET_errFilteredMoveNotSupported (on a secondary index; text and long values), JET_errColumnNotFound,
   JET_errInvalidParameter (a value or relop that the column's type has not), JET_errInvalidGrbit. */
JET_ERR JET_API JetSetCursorFilter(JET_SESID sesid, JET_TABLEID tableid, JET_INDEX_COLUMN* rgColumnFilters,
                                   JET_UINT32 cColumnFilters, JET_GRBIT grbit);

/* Lists the records that are in all of 1 to 64 ranges, by their bookmarks in order: precordlist->tableid is a list (7.11)
   of cRecord rows. Each range is that of a cursor, from where it stands on, over a secondary index of the same table,
   another one for each, with JET_bitRecordInIndex; the cursors are at the ends of the ranges afterwards. grbit is 0.
   JET_errInvalidParameter, JET_errInvalidGrbit (JET_bitRecordNotInIndex too, as on Windows), JET_errNoCurrentRecord. */
JET_ERR JET_API JetIntersectIndexes(JET_SESID sesid, JET_INDEXRANGE* rgindexrange, JET_UINT32 cindexrange,
                                    JET_RECORDLIST* precordlist, JET_GRBIT grbit);

/* Whether the current record is there and no other open transaction has changed it; pvResult, cbMax and InfoLevel are 0.
   JET_errRecordDeleted, JET_errWriteConflict, JET_errNoCurrentRecord, JET_errInvalidParameter. */
JET_ERR JET_API JetGetCursorInfo(JET_SESID sesid, JET_TABLEID tableid, void* pvResult, JET_UINT32 cbMax,
                                 JET_UINT32 InfoLevel);
/* About where the cursor stands in its index: centriesLT of centriesTotal parts lie in front, judged by the pages above
   the entry alone. JET_errNoCurrentRecord, JET_errInvalidParameter. */
JET_ERR JET_API JetGetRecordPosition(JET_SESID sesid, JET_TABLEID tableid, JET_RECPOS* precpos, JET_UINT32 cbRecpos);
/* To a place of which about that fraction lies in front. JET_errRecordNotFound (nothing is there),
   JET_errInvalidParameter. */
JET_ERR JET_API JetGotoPosition(JET_SESID sesid, JET_TABLEID tableid, JET_RECPOS* precpos);
/* An entry of a secondary index by its key and the bookmark of its record. JET_errNoCurrentIndex (the cursor is on no
   secondary index), JET_errBufferTooSmall (what fits is copied), JET_errRecordDeleted, JET_errNoCurrentRecord,
   JET_errInvalidBookmark, JET_errInvalidGrbit (grbit is 0). */
JET_ERR JET_API JetGetSecondaryIndexBookmark(JET_SESID sesid, JET_TABLEID tableid, void* pvSecondaryKey,
                                             JET_UINT32 cbSecondaryKeyMax, JET_UINT32* pcbSecondaryKeyActual,
                                             void* pvPrimaryBookmark, JET_UINT32 cbPrimaryBookmarkMax,
                                             JET_UINT32* pcbPrimaryBookmarkActual, const JET_GRBIT grbit);
JET_ERR JET_API JetGotoSecondaryIndexBookmark(JET_SESID sesid, JET_TABLEID tableid, void* pvSecondaryKey,
                                              JET_UINT32 cbSecondaryKey, void* pvPrimaryBookmark,
                                              JET_UINT32 cbPrimaryBookmark, const JET_GRBIT grbit);
/* A value that the program keeps with a cursor (JET_bitLSCursor, or 0) or, for all its cursors, with a table
   (JET_bitLSTable). JET_bitLSReset takes it away from there: it is the program's again, and JetGetLS returns it. A value
   that is still there when the cursor is closed or the database is detached, in whatever way, is given to the function that was
   JET_paramRuntimeCallback when it was set: with JET_cbtypFreeCursorLS or JET_cbtypFreeTableLS and the value as pvArg1;
   JET_sesidNil, JET_dbidNil and JET_tableidNil say nothing. That function should call no function of the instance.
   JET_errLSCallbackNotSpecified (JET_paramRuntimeCallback is not set), JET_errLSAlreadySet, JET_errLSNotSet,
   JET_errInvalidGrbit, JET_errInvalidParameter. */
JET_ERR JET_API JetSetLS(JET_SESID sesid, JET_TABLEID tableid, JET_LS ls, JET_GRBIT grbit);
JET_ERR JET_API JetGetLS(JET_SESID sesid, JET_TABLEID tableid, JET_LS* pls, JET_GRBIT grbit);
/* Brings the pages of entries with these keys, as JetRetrieveKey gives them, into memory. They are in ascending order
   (JET_bitPrereadForward) or in descending order (JET_bitPrereadBackward); the cursor stays. *pckeysPreread is for how
   many keys: no more than 256 pages are read. JET_errInvalidParameter, JET_errInvalidBufferSize, JET_errInvalidGrbit. */
JET_ERR JET_API JetPrereadKeys(JET_SESID sesid, JET_TABLEID tableid, const void** rgpvKeys, const JET_UINT32* rgcbKeys,
                               JET_INT32 ckeys, JET_INT32* pckeysPreread, JET_GRBIT grbit);
/* The same for ranges of the current index. The ends of a range are values of the index's columns in their order;
   columnid is not looked at. Each is JET_relopEquals, the last one JET_relopPrefixEquals if the column only begins with it;
   no value is NULL, unless grbit is JET_bitZeroLength. Columns that are not given may have any value. With
   JET_bitPrereadNormalizedKey the one "column" of an end has a key as JetRetrieveKey gives it. A range without end
   columns is one key. With JET_bitPrereadBackward ranges begin at their upper end. JET_bitPrereadForward counts where both
   are given.
   In the order of the primary index the long values of some columns are read as well, the first page of each
   (JET_bitPrereadFirstPage) or all: of those, too, no more than 256 pages. *pcRangesPreread is with how many ranges it has
   begun. Who asks for that gives the ranges in their order, which otherwise may be any; they never overlap.
   JET_errInvalidGrbit, JET_errInvalidParameter, JET_errKeyNotMade (no columns), JET_errKeyIsMade (too many), JET_errNoCurrentIndex,
   JET_errInvalidPreread (long values, on a secondary index), JET_errMustBeSeparateLongValue (of a column that can have
   none), JET_errColumnNotFound, and what JetMakeKey gives. */
JET_ERR JET_API JetPrereadIndexRanges(JET_SESID sesid, JET_TABLEID tableid, const JET_INDEX_RANGE* const rgIndexRanges,
                                      const JET_UINT32 cIndexRanges, JET_UINT32* const pcRangesPreread,
                                      const JET_COLUMNID* const rgcolumnidPreread, const JET_UINT32 ccolumnidPreread,
                                      JET_GRBIT grbit);
/* Hints that the table will be, or is no more, read from one end to the other. The cache needs none: they do nothing.
   JET_errInvalidGrbit. */
JET_ERR JET_API JetSetTableSequential(JET_SESID sesid, JET_TABLEID tableid, JET_GRBIT grbit);
JET_ERR JET_API JetResetTableSequential(JET_SESID sesid, JET_TABLEID tableid, JET_GRBIT grbit);

/* ---- 7.10  Values */

/* Copies a column of the current record. pretinfo says which of its values (itagSequence, from 1) and from which byte
   on; itagSequence 0 asks how many there are, and gets the number there. columnid 0 means all tagged columns of the
   record; columnidNextTagged says which one it was. *pcbActual is the size of all that is left of the value.
   JET_bitRetrieveCopy reads the record in preparation, if there is one; where else to read from
   (JET_bitRetrieveFromIndex and others) is a hint. JET_bitRetrieveIgnoreDefault: a default counts as NULL.
   JET_bitRetrieveTuple is not available yet. JET_wrnColumnNull, JET_wrnBufferTruncated, JET_errNoCurrentRecord,
   JET_errColumnNotFound, JET_errInvalidGrbit, JET_errInvalidParameter, JET_errLVCorrupted, JET_errDecompressionFailed,
   JET_errFeatureNotAvailable (a value that is encrypted, or compressed in an unknown way that the detail names). */
JET_ERR JET_API JetRetrieveColumn(JET_SESID sesid, JET_TABLEID tableid, JET_COLUMNID columnid, void* pvData,
                                  JET_UINT32 cbData, JET_UINT32* pcbActual, JET_GRBIT grbit, JET_RETINFO* pretinfo);
/* The same for several columns; each has its result in err. JET_wrnBufferTruncated if any has it. */
JET_ERR JET_API JetRetrieveColumns(JET_SESID sesid, JET_TABLEID tableid, JET_RETRIEVECOLUMN* pretrievecolumn,
                                   JET_UINT32 cretrievecolumn);
/* All values of the named columns, or of every column that has one (cEnumColumnId 0), in memory from pfnRealloc. The
   err of a column says what it has: JET_errSuccess an array of values, JET_wrnColumnSingleValue one (with
   JET_bitEnumerateCompressOutput), JET_wrnColumnPresent (JET_bitEnumeratePresenceOnly), JET_wrnColumnNull,
   JET_wrnColumnDefault (JET_bitEnumerateIgnoreDefault), JET_wrnColumnSkipped (column 0), JET_errColumnNotFound; that
   of a value JET_wrnColumnTruncated (cut at cbDataMost), JET_wrnColumnNull, JET_wrnColumnSkipped (number 0).
   JET_bitEnumerateInRecordOnly is not available. JET_errNoCurrentRecord, JET_errInvalidParameter, JET_errInvalidGrbit,
   JET_errOutOfMemory (pfnRealloc gave none). */
JET_ERR JET_API JetEnumerateColumns(JET_SESID sesid, JET_TABLEID tableid, JET_UINT32 cEnumColumnId,
                                    JET_ENUMCOLUMNID* rgEnumColumnId, JET_UINT32* pcEnumColumn,
                                    JET_ENUMCOLUMN** prgEnumColumn, JET_PFNREALLOC pfnRealloc, void* pvReallocContext,
                                    JET_UINT32 cbDataMost, JET_GRBIT grbit);

/* ---- 7.11  What tables, columns and indexes there are. The structure of InfoLevel (parts 5, 6) is filled; a list is
        a cursor at its tableid, to be walked and closed like another. Names in lists are UTF-16 in the wide flavour.
        JET_errBufferTooSmall, JET_errInvalidParameter, JET_errFeatureNotAvailable (a level that is not available yet).
   */

/* Tables: JET_ObjInfo, JET_ObjInfoNoStats of one; JET_ObjInfoList, JET_ObjInfoListNoStats of all. Records and pages are
   not counted. JET_errInvalidDatabaseId, JET_errObjectNotFound. */
JET_ERR JET_API JetGetObjectInfoA(JET_SESID sesid, JET_DBID dbid, JET_OBJTYP objtyp, JET_PCSTR szContainerName,
                                  JET_PCSTR szObjectName, void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetObjectInfoW(JET_SESID sesid, JET_DBID dbid, JET_OBJTYP objtyp, JET_PCWSTR szContainerName,
                                  JET_PCWSTR szObjectName, void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel);
/* An open table: JET_TblInfo, JET_TblInfoName, JET_TblInfoDbid, JET_TblInfoTemplateTableName and the
   levels about space; the extents that JET_TblInfoSpaceUsage lists on Windows in a larger buffer are not available. */
JET_ERR JET_API JetGetTableInfoA(JET_SESID sesid, JET_TABLEID tableid, void* pvResult, JET_UINT32 cbMax,
                                 JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetTableInfoW(JET_SESID sesid, JET_TABLEID tableid, void* pvResult, JET_UINT32 cbMax,
                                 JET_UINT32 InfoLevel);
/* Columns: JET_ColInfo, JET_ColInfoByColid, JET_ColInfoBase, JET_ColInfoBaseByColid of one; JET_ColInfoList (by name,
   or by number with JET_ColInfoGrbitSortByColumnid) and JET_ColInfoListSortColumnid of all;
   JET_ColInfoGrbitNonDerivedColumnsOnly leaves out those of the template table. JET_errColumnNotFound,
   JET_errObjectNotFound. */
JET_ERR JET_API JetGetTableColumnInfoA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szColumnName, void* pvResult,
                                       JET_UINT32 cbMax, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetTableColumnInfoW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szColumnName, void* pvResult,
                                       JET_UINT32 cbMax, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetColumnInfoA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_PCSTR pColumnNameOrId,
                                  void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetColumnInfoW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, JET_PCWSTR pColumnNameOrId,
                                  void* pvResult, JET_UINT32 cbMax, JET_UINT32 InfoLevel);
/* Indexes: JET_IdxInfo of one (NULL or "" is the primary), JET_IdxInfoList of all, JET_IdxInfoCount,
   JET_IdxInfoSpaceAlloc, JET_IdxInfoVarSegMac, JET_IdxInfoKeyMost, JET_IdxInfoLCID, JET_IdxInfoLocaleName,
   JET_IdxInfoIndexId.
   JET_errIndexNotFound, JET_errObjectNotFound. */
JET_ERR JET_API JetGetTableIndexInfoA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName, void* pvResult,
                                      JET_UINT32 cbResult, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetTableIndexInfoW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName, void* pvResult,
                                      JET_UINT32 cbResult, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetIndexInfoA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_PCSTR szIndexName,
                                 void* pvResult, JET_UINT32 cbResult, JET_UINT32 InfoLevel);
JET_ERR JET_API JetGetIndexInfoW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, JET_PCWSTR szIndexName,
                                 void* pvResult, JET_UINT32 cbResult, JET_UINT32 InfoLevel);

/* ---- 7.12  Changing records. Outside of a transaction each call is one of its own, and durable when it returns. Common
        errors: JET_errTransReadOnly, JET_errPermissionDenied (opened for reading only), JET_errWriteConflict (another
        transaction has changed the record, and this one can't see it, or holds it), JET_errVersionStoreOutOfMemory. */

/* Begins to prepare a record: JET_prepInsert a new one, with the defaults; JET_prepReplace the current one, which nobody
   else may change then before the transaction ends; JET_prepReplaceNoLock the same without that (the only way outside of
   a transaction: JetUpdate fails if the record has changed meanwhile); JET_prepInsertCopy a copy of the current one,
   which shares its long values; JET_prepInsertCopyDeleteOriginal a copy in place of it; JET_prepInsertCopyReplaceOriginal
   the same with its auto-increment. JET_prepCancel gives the preparation up.
   JET_errAlreadyPrepared, JET_errUpdateNotPrepared, JET_errNoCurrentRecord, JET_errRecordDeleted,
   JET_errOutOfAutoincrementValues, JET_errInvalidParameter. */
JET_ERR JET_API JetPrepareUpdate(JET_SESID sesid, JET_TABLEID tableid, JET_UINT32 prep);
/* Sets a column of the record in preparation; no data is NULL, or an empty value with JET_bitSetZeroLength. psetinfo says
   which of the values of a tagged column (itagSequence; 0, or behind the last: one more; NULL takes a value away), and
   from which byte on. Of long values: JET_bitSetAppendLV, JET_bitSetOverwriteLV (from ibLongValue on),
   JET_bitSetSizeLV (to cbData bytes; with JET_bitSetOverwriteLV what was written is the end), JET_bitSetSeparateLV and
   JET_bitSetIntrinsicLV (outside of the record, or in it), JET_bitSetCompressed, JET_bitSetUncompressed. Values of 1024
   bytes and more lie outside, and the largest ones of a record that would be too long. JET_bitSetUniqueMultiValues,
   JET_bitSetUniqueNormalizedMultiValues: the column must not have the value already. JET_bitSetRevertToDefaultValue:
   a tagged column has its default again. A long value is kept in memory until JetUpdate.
   JET_wrnColumnMaxTruncated (cut to the length of the column), JET_errUpdateNotPrepared, JET_errColumnNotFound,
   JET_errNullInvalid, JET_errInvalidBufferSize, JET_errColumnTooBig, JET_errRecordTooBig, JET_errColumnNoChunk (a place
   behind the end), JET_errMultiValuedDuplicate, JET_errBadItagSequence (a column with one value),
   JET_errInvalidColumnType (auto-increment; version and escrow in a replacement), JET_errInvalidGrbit. */
JET_ERR JET_API JetSetColumn(JET_SESID sesid, JET_TABLEID tableid, JET_COLUMNID columnid, const void* pvData,
                             JET_UINT32 cbData, JET_GRBIT grbit, JET_SETINFO* psetinfo);
/* The same for several columns, up to the first that fails; each has its result in err. */
JET_ERR JET_API JetSetColumns(JET_SESID sesid, JET_TABLEID tableid, JET_SETCOLUMN* psetcolumn, JET_UINT32 csetcolumn);
/* Stores the record that was prepared, and may give its bookmark. The cursor stays where it is. If it fails nothing has
   changed, and the preparation goes on; JET_errBufferTooSmall alone says that the record is stored.
   JET_errKeyDuplicate, JET_errNullInvalid, JET_errNullKeyDisallowed, JET_errKeyTruncated, JET_errRecordPrimaryChanged (a
   replacement with another primary key), JET_errUpdateNotPrepared,
   JET_errUnicodeNormalizationNotSupported (an index over text that sorts in a way that is not known),
   JET_errOutOfLongValueIDs, JET_errOutOfSequentialIndexValues. grbit is 0. */
JET_ERR JET_API JetUpdate(JET_SESID sesid, JET_TABLEID tableid, void* pvBookmark, JET_UINT32 cbBookmark,
                          JET_UINT32* pcbActual);
JET_ERR JET_API JetUpdate2(JET_SESID sesid, JET_TABLEID tableid, void* pvBookmark, JET_UINT32 cbBookmark,
                           JET_UINT32* pcbActual, const JET_GRBIT grbit);
/* Deletes the current record. The cursor stands between its neighbours then.
   JET_errNoCurrentRecord, JET_errRecordDeleted. */
JET_ERR JET_API JetDelete(JET_SESID sesid, JET_TABLEID tableid);
/* Adds to a column that many transactions may change at once (JET_bitColumnEscrowUpdate); 4 or 8 bytes, as the column.
   pvOld gets what it was, with what others have added and may yet take back. JET_bitEscrowNoRollback is not available.
   JET_errNotInTransaction, JET_errAlreadyPrepared, JET_errInvalidOperation (not such a column),
   JET_errInvalidBufferSize, JET_errNoCurrentRecord, JET_errRecordDeleted. */
JET_ERR JET_API JetEscrowUpdate(JET_SESID sesid, JET_TABLEID tableid, JET_COLUMNID columnid, void* pv, JET_UINT32 cbMax,
                                void* pvOld, JET_UINT32 cbOldMax, JET_UINT32* pcbOldActual, JET_GRBIT grbit);
/* Nobody else may change the current record before the transaction ends; others can read it. JET_bitReadLock and
   JET_bitWriteLock are the same here. JET_errNotInTransaction, JET_errNoCurrentRecord, JET_errRecordDeleted,
   JET_errInvalidGrbit. */
JET_ERR JET_API JetGetLock(JET_SESID sesid, JET_TABLEID tableid, JET_GRBIT grbit);
/* What the current record takes, or with JET_bitRecordSizeInCopyBuffer the one in preparation: added to what is there
   with JET_bitRecordSizeRunningTotal. JET_bitRecordSizeLocal is not available. JET_errNoCurrentRecord,
   JET_errInvalidParameter, JET_errInvalidGrbit. */
JET_ERR JET_API JetGetRecordSize(JET_SESID sesid, JET_TABLEID tableid, JET_RECSIZE* precsize, const JET_GRBIT grbit);
JET_ERR JET_API JetGetRecordSize2(JET_SESID sesid, JET_TABLEID tableid, JET_RECSIZE2* precsize, const JET_GRBIT grbit);

/* A function that hears of changes of a table's records, whoever makes them: cbtyp is one or more of JET_cbtypBeforeInsert,
   -AfterInsert, -BeforeReplace, -AfterReplace, -BeforeDelete and -AfterDelete. JetUpdate and JetDelete call it on their
   thread with sesid, the database, the cursor and the one reason; pvArg1 and pvArg2 are NULL, pvContext is the one given
   here. What the cursor has can be read, the new record with JET_bitRetrieveCopy, and its columns be set; that the cursor moves, or
   changes something else, is JET_errIllegalOperation. What the function changes with other cursors belongs to the change.
   An error before a change stops it: it is what the call returns, and the record stays in preparation. What it returns
   afterwards does not matter. A record that gets a new primary key (JET_prepInsertCopyDeleteOriginal, -ReplaceOriginal) is one that is
   deleted and one that is inserted. The last function registered is called first.
   It is called until it is unregistered or the database detached, by whatever cursor and in whatever transaction it was
   registered; for tables derived from this one it is not. Other reasons are JET_errFeatureNotAvailable, and so are callbacks
   that the catalog names. JET_errInvalidParameter, JET_errCallbackFailed (what JetUpdate and JetDelete give if it ends
   their transaction). */
JET_ERR JET_API JetRegisterCallback(JET_SESID sesid, JET_TABLEID tableid, JET_CBTYP cbtyp, JET_CALLBACK pCallback,
                                    void* pvContext, JET_HANDLE* phCallbackId);
/* With any cursor over the table; cbtyp is not looked at. Another thread may be in it still. JET_errInvalidParameter. */
JET_ERR JET_API JetUnregisterCallback(JET_SESID sesid, JET_TABLEID tableid, JET_CBTYP cbtyp, JET_HANDLE hCallbackId);

/* ---- 7.13  Data definition. A change is part of the session's transaction, and undone with it; outside of one it is a
        transaction of its own, durable when the call returns. Other sessions see it in transactions that they begin
        after the commit. Until then they can't write to a table whose definition it changes. Common errors:
        JET_errInvalidSesid, JET_errInvalidDatabaseId or those of a cursor, JET_errInvalidName (a name has 1 to 64 ASCII
        characters, no space in front, none of !.[] and control characters), JET_errPermissionDenied (read-only, or a
        table of the engine), JET_errFixedDDL (its definition is fixed, and the cursor has not JET_bitTablePermitDDL
        with JET_bitTableDenyRead), JET_errWriteConflict (another transaction has changed the definition, or does),
        JET_errInvalidParameter (a structure has another cbStruct), JET_errInvalidGrbit, JET_errFeatureNotAvailable. */

/* Creates a table and opens it. lPages is its first size, lDensity how full pages get at first: 20 to 100 per cent, 0
   is 80. JET_errTableDuplicate, JET_errDensityInvalid. */
JET_ERR JET_API JetCreateTableA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_UINT32 lPages,
                                JET_UINT32 lDensity, JET_TABLEID* ptableid);
JET_ERR JET_API JetCreateTableW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, JET_UINT32 lPages,
                                JET_UINT32 lDensity, JET_TABLEID* ptableid);
/* Creates a table with all its columns and indexes, or nothing; what can't be made has its error in `err`. With
   JET_bitTableCreateTemplateTable others can be derived from it by szTemplateTableName: they have its columns and
   indexes, too, and its own definition is fixed. With JET_bitTableCreateImmutableStructure
   nothing is written into the structures, and the table is not opened. cbSeparateLV, where there is one and it is not 0,
   is the most bytes of a long value that stay in its record (else 1023). Callbacks are not available; space hints beyond
   the first size, and those for long values, are kept, but not followed. The errors of JetCreateTable, JetAddColumn and JetCreateIndex,
   JET_errObjectNotFound or JET_errDDLNotInheritable (the template table), JET_errSpaceHintsInvalid. */
JET_ERR JET_API JetCreateTableColumnIndexA(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE_A* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndexW(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE_W* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex2A(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE2_A* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex2W(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE2_W* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex3A(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE3_A* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex3W(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE3_W* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex4A(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE4_A* ptablecreate);
JET_ERR JET_API JetCreateTableColumnIndex4W(JET_SESID sesid, JET_DBID dbid, JET_TABLECREATE4_W* ptablecreate);
/* Deletes a table that nobody has open. JET_errObjectNotFound, JET_errTableInUse, JET_errCannotDeleteSystemTable,
   JET_errCannotDeleteTemplateTable. */
JET_ERR JET_API JetDeleteTableA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName);
JET_ERR JET_API JetDeleteTableW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName);
/* Gives a table that nobody has open another name. JET_errObjectNotFound, JET_errTableInUse, JET_errTableDuplicate,
   JET_errInvalidOperation (a table of the engine, or a template table). */
JET_ERR JET_API JetRenameTableA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szName, JET_PCSTR szNameNew);
JET_ERR JET_API JetRenameTableW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szName, JET_PCWSTR szNameNew);
/* Adds a column; its number goes to *pcolumnid. Records that are there have the default, or NULL.
   JET_wrnColumnMaxTruncated, JET_errColumnDuplicate, JET_errInvalidColumnType, JET_errInvalidCodePage,
   JET_errTooManyColumns, JET_errRecordTooBig (columns of fixed length), JET_errTaggedNotNULL, JET_errCannotBeTagged,
   JET_errMultiValuedColumnMustBeTagged, JET_errColumnRedundant (a second auto-increment or version column),
   JET_errColumnCannotBeCompressed, JET_errDefaultValueTooBig, JET_errInvalidBufferSize (the default). Not available:
   JET_bitColumnFinalize, JET_bitColumnDeleteOnZero, JET_bitColumnUserDefinedDefault, JET_bitColumnUnversioned,
   encryption. */
JET_ERR JET_API JetAddColumnA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szColumnName,
                              const JET_COLUMNDEF* pcolumndef, const void* pvDefault, JET_UINT32 cbDefault,
                              JET_COLUMNID* pcolumnid);
JET_ERR JET_API JetAddColumnW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szColumnName,
                              const JET_COLUMNDEF* pcolumndef, const void* pvDefault, JET_UINT32 cbDefault,
                              JET_COLUMNID* pcolumnid);
/* Deletes a column; its number is not used again. JET_errColumnNotFound, JET_errColumnInUse (an index is over it),
   JET_errFixedInheritedDDL (it belongs to the template table). */
JET_ERR JET_API JetDeleteColumnA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szColumnName);
JET_ERR JET_API JetDeleteColumnW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szColumnName);
JET_ERR JET_API JetDeleteColumn2A(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szColumnName, const JET_GRBIT grbit);
JET_ERR JET_API JetDeleteColumn2W(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szColumnName, const JET_GRBIT grbit);
/* Gives a column another name. grbit is 0. JET_errInTransaction (not in one), JET_errColumnNotFound,
   JET_errColumnDuplicate, JET_errFixedInheritedDDL. */
JET_ERR JET_API JetRenameColumnA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szName, JET_PCSTR szNameNew,
                                 JET_GRBIT grbit);
JET_ERR JET_API JetRenameColumnW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szName, JET_PCWSTR szNameNew,
                                 JET_GRBIT grbit);
/* Sets the default of a column, in a table that nobody has open: that of records, too, that have never had a value
   there. JET_errObjectNotFound, JET_errTableInUse, JET_errColumnNotFound, JET_errNullInvalid,
   JET_errDefaultValueTooBig, JET_errInvalidBufferSize. */
JET_ERR JET_API JetSetColumnDefaultValueA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_PCSTR szColumnName,
                                          const void* pvData, const JET_UINT32 cbData, const JET_GRBIT grbit);
JET_ERR JET_API JetSetColumnDefaultValueW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName,
                                          JET_PCWSTR szColumnName, const void* pvData, const JET_UINT32 cbData,
                                          const JET_GRBIT grbit);
/* Creates an index over the records that are there. JetCreateIndex takes a language (uint16_t), and the greatest length of a column in the key (uint16_t), behind the two NULs of the key.
   JET_errIndexDuplicate, JET_errIndexHasPrimary, JET_errTableNotEmpty (a primary index), JET_errIndexInvalidDef,
   JET_errColumnNotFound, JET_errCannotIndex (a column with escrow updates), JET_errKeyDuplicate,
   JET_errNullKeyDisallowed, JET_errKeyTruncated, JET_errDensityInvalid, JET_errSpaceHintsInvalid,
   JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags, JET_errUnicodeNormalizationNotSupported,
   JET_errIndexTuples..., JET_errWriteConflict (another transaction is changing records). */
JET_ERR JET_API JetCreateIndexA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName, JET_GRBIT grbit,
                                JET_PCSTR szKey, JET_UINT32 cbKey, JET_UINT32 lDensity);
JET_ERR JET_API JetCreateIndexW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName, JET_GRBIT grbit,
                                JET_PCWSTR szKey, JET_UINT32 cbKey, JET_UINT32 lDensity);
JET_ERR JET_API JetCreateIndex2A(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE_A* pindexcreate,
                                 JET_UINT32 cIndexCreate);
JET_ERR JET_API JetCreateIndex2W(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE_W* pindexcreate,
                                 JET_UINT32 cIndexCreate);
JET_ERR JET_API JetCreateIndex3A(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE2_A* pindexcreate,
                                 JET_UINT32 cIndexCreate);
JET_ERR JET_API JetCreateIndex3W(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE2_W* pindexcreate,
                                 JET_UINT32 cIndexCreate);
JET_ERR JET_API JetCreateIndex4A(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE3_A* pindexcreate,
                                 JET_UINT32 cIndexCreate);
JET_ERR JET_API JetCreateIndex4W(JET_SESID sesid, JET_TABLEID tableid, JET_INDEXCREATE3_W* pindexcreate,
                                 JET_UINT32 cIndexCreate);
/* Deletes a secondary index that no cursor is on. JET_errIndexNotFound, JET_errIndexInUse, JET_errIndexMustStay (the
   primary index), JET_errFixedInheritedDDL. */
JET_ERR JET_API JetDeleteIndexA(JET_SESID sesid, JET_TABLEID tableid, JET_PCSTR szIndexName);
JET_ERR JET_API JetDeleteIndexW(JET_SESID sesid, JET_TABLEID tableid, JET_PCWSTR szIndexName);

/* ---- 7.14  Upkeep */

/* Lets a database grow to cpg pages; *pcpgReal and *pcpgActual are what it has then. JetSetDatabaseSize names a database,
   which it attaches for itself where it is not. Databases are not made smaller: JetResizeDatabase without JET_bitResizeDatabaseOnlyGrow refuses to.
   JET_errInvalidSesid, JET_errInvalidDatabaseId, JET_errDatabaseNotFound, JET_errInvalidParameter, JET_errInvalidGrbit,
   JET_errOutOfDatabaseSpace, JET_errDiskFull, JET_errFeatureNotAvailable. */
JET_ERR JET_API JetGrowDatabase(JET_SESID sesid, JET_DBID dbid, JET_UINT32 cpg, JET_UINT32* pcpgReal);
JET_ERR JET_API JetResizeDatabase(JET_SESID sesid, JET_DBID dbid, JET_UINT32 cpgTarget, JET_UINT32* pcpgActual,
                                  const JET_GRBIT grbit);
JET_ERR JET_API JetSetDatabaseSizeA(JET_SESID sesid, JET_PCSTR szDatabaseName, JET_UINT32 cpg, JET_UINT32* pcpgReal);
JET_ERR JET_API JetSetDatabaseSizeW(JET_SESID sesid, JET_PCWSTR szDatabaseName, JET_UINT32 cpg, JET_UINT32* pcpgReal);
/* Copies an attached database into a new one, without free space and with full pages. Nobody else works on it
   meanwhile. The callback gets JET_snpCompact; cunitDone and cunitTotal count tables. pconvert is NULL and grbit 0.
   JET_errDatabaseNotFound, what JetCreateDatabase gives, what damaged pages give, JET_errFeatureNotAvailable (databases
   of update-major 60 and later). */
JET_ERR JET_API JetCompactA(JET_SESID sesid, JET_PCSTR szDatabaseSrc, JET_PCSTR szDatabaseDest, JET_PFNSTATUS pfnStatus,
                            JET_CONVERT_A* pconvert, JET_GRBIT grbit);
JET_ERR JET_API JetCompactW(JET_SESID sesid, JET_PCWSTR szDatabaseSrc, JET_PCWSTR szDatabaseDest,
                            JET_PFNSTATUS pfnStatus, JET_CONVERT_W* pconvert, JET_GRBIT grbit);
/* Brings together pages of a database, or of one table, that are not full; with JET_bitDefragmentNoPartialMerges only
   where one of them can go. With JET_bitDefragmentBatchStart it goes on in the background, for at most *pcSeconds (0 or
   NULL: until it is through), and the callback then gets JET_cbtypOnlineDefragCompleted; *pcPasses becomes 1.
   JET_bitDefragmentBatchStop ends it. JET_bitDefragmentAvailSpaceTreesOnly and -BTree are not there.
   JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning (it may be through), JET_errInvalidGrbit,
   JET_errDatabaseFileReadOnly, JET_errFeatureNotAvailable. */
JET_ERR JET_API JetDefragmentA(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_UINT32* pcPasses,
                               JET_UINT32* pcSeconds, JET_GRBIT grbit);
JET_ERR JET_API JetDefragmentW(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, JET_UINT32* pcPasses,
                               JET_UINT32* pcSeconds, JET_GRBIT grbit);
JET_ERR JET_API JetDefragment2A(JET_SESID sesid, JET_DBID dbid, JET_PCSTR szTableName, JET_UINT32* pcPasses,
                                JET_UINT32* pcSeconds, JET_CALLBACK callback, JET_GRBIT grbit);
JET_ERR JET_API JetDefragment2W(JET_SESID sesid, JET_DBID dbid, JET_PCWSTR szTableName, JET_UINT32* pcPasses,
                                JET_UINT32* pcSeconds, JET_CALLBACK callback, JET_GRBIT grbit);
JET_ERR JET_API JetDefragment3A(JET_SESID sesid, JET_PCSTR szDatabaseName, JET_PCSTR szTableName, JET_UINT32* pcPasses,
                                JET_UINT32* pcSeconds, JET_CALLBACK callback, void* pvContext, JET_GRBIT grbit);
JET_ERR JET_API JetDefragment3W(JET_SESID sesid, JET_PCWSTR szDatabaseName, JET_PCWSTR szTableName,
                                JET_UINT32* pcPasses, JET_UINT32* pcSeconds, JET_CALLBACK callback, void* pvContext,
                                JET_GRBIT grbit);
/* Cleans up what nobody can see any more. JET_bitIdleFlushBuffers waits for lazy commits. JET_wrnNoIdleActivity (there
   was nothing to do), JET_errInvalidGrbit. */
JET_ERR JET_API JetIdle(JET_SESID sesid, JET_GRBIT grbit);

/* ---- 7.15  Temporary tables: rows in memory, 256 MiB at most, that are gone with their cursor; no rollback takes them
        back. */

/* Rows are in the order of the columns with JET_bitColumnTTKey (JET_bitColumnTTDescending), or of their insertion.
   JET_bitTTUnique has one row for each key, the first; with JET_bitTTErrorOnDuplicateInsertion others are
   JET_errKeyDuplicate. JET_bitTTSortNullsHigh, JET_bitTTDotNetGuid. All of them can be sought in and changed, whatever
   grbit says. The cursor takes what changes records and finds them; JET_errIllegalOperation is that of functions that it
   has not. JET_errInvalidParameter, JET_errInvalidGrbit, JET_errInvalidLanguageId, and what a bad column gives. */
JET_ERR JET_API JetOpenTempTable(JET_SESID sesid, const JET_COLUMNDEF* prgcolumndef, JET_UINT32 ccolumn,
                                 JET_GRBIT grbit, JET_TABLEID* ptableid, JET_COLUMNID* prgcolumnid);
JET_ERR JET_API JetOpenTempTable2(JET_SESID sesid, const JET_COLUMNDEF* prgcolumndef, JET_UINT32 ccolumn,
                                  JET_UINT32 lcid, JET_GRBIT grbit, JET_TABLEID* ptableid, JET_COLUMNID* prgcolumnid);
JET_ERR JET_API JetOpenTempTable3(JET_SESID sesid, const JET_COLUMNDEF* prgcolumndef, JET_UINT32 ccolumn,
                                  JET_UNICODEINDEX* pidxunicode, JET_GRBIT grbit, JET_TABLEID* ptableid,
                                  JET_COLUMNID* prgcolumnid);
JET_ERR JET_API JetOpenTemporaryTable(JET_SESID sesid, JET_OPENTEMPORARYTABLE* popentemporarytable);
JET_ERR JET_API JetOpenTemporaryTable2(JET_SESID sesid, JET_OPENTEMPORARYTABLE2* popentemporarytable);

/* ---------------------------------------------------------------------------------------------------------------------
 * 8  Functions that are not available yet
 *
 * Each of them returns JET_errFeatureNotAvailable and does nothing else. The comments say what it does on Windows,
 * under the page of its name.
 * ------------------------------------------------------------------------------------------------------------------ */

/* ---- 8.1  Instances and sessions */

/* Sets parameters of the process and puts it into multi-instance mode. */
JET_ERR JET_API JetEnableMultiInstanceA(JET_SETSYSPARAM_A* psetsysparam, JET_UINT32 csetsysparam,
                                        JET_UINT32* pcsetsucceed);
JET_ERR JET_API JetEnableMultiInstanceW(JET_SETSYSPARAM_W* psetsysparam, JET_UINT32 csetsysparam,
                                        JET_UINT32* pcsetsucceed);
/* ---- 8.2  Data definition */

/* Counts records and pages of a table, for JetGetObjectInfo. */
JET_ERR JET_API JetComputeStats(JET_SESID sesid, JET_TABLEID tableid);


/* ---- 8.4  Backup into a directory, and restore from it. An empty path only removes logs. BACKUP-SEMANTICS 2.10, 5.7.
   */

/* A whole backup in one call: the databases as JetReadFile gives them, each with an empty NAME.pat beside it, and the
   logs; then logs that no database needs are deleted. Without a path (NULL or empty) that is all that happens, and with
   circular logging nothing. The directory must be there (JET_errInvalidPath; JET_paramCreatePathIfNotExist makes it).
   A full backup wants it empty (JET_errBackupDirectoryNotEmpty), and leaves it so when it fails. With
   JET_bitBackupAtomic it is written to DIR/temp, which becomes DIR/new when it is complete and durable; only then the
   one before, DIR/old, is deleted. JET_bitBackupIncremental puts the logs into the directory of the full backup, which
   with JET_bitBackupAtomic is DIR/old: DIR/new is renamed to that. pfnStatus gets JET_snpBackup; what it returns, where
   negative, ends the backup. Databases with the same file name don't fit into one directory (JET_errDatabaseDuplicate).
   All that JetBeginExternalBackup and what follows it returns; JET_errMakeBackupDirectoryFail,
   JET_errDeleteBackupFileFail, JET_errInvalidGrbit, and JET_errFeatureNotAvailable (JET_bitBackupFullWithAllLogs). */
JET_ERR JET_API JetBackupA(JET_PCSTR szBackupPath, JET_GRBIT grbit, JET_PFNSTATUS pfnStatus);
JET_ERR JET_API JetBackupW(JET_PCWSTR szBackupPath, JET_GRBIT grbit, JET_PFNSTATUS pfnStatus);
JET_ERR JET_API JetBackupInstanceA(JET_INSTANCE instance, JET_PCSTR szBackupPath, JET_GRBIT grbit,
                                   JET_PFNSTATUS pfnStatus);
JET_ERR JET_API JetBackupInstanceW(JET_INSTANCE instance, JET_PCWSTR szBackupPath, JET_GRBIT grbit,
                                   JET_PFNSTATUS pfnStatus);
/* Restores what JetBackup made: from the directory, else from its subdirectory new, else from old. Every database is
   copied to the directory szDest, or, where that is NULL or empty, to where the logs say that it was, and recovered with
   the logs of the backup and those of JET_paramLogFilePath that go on behind them. A database that is there already is
   not overwritten (JET_errDatabaseDuplicate); copies are removed when the restore fails. JetRestoreInstance takes its
   parameters from an instance that is not initialised (JET_errAfterInitialization) and stays so; JetRestore and
   JetRestore2 take the defaults of the process. pfn gets JET_snpRestore.
   JET_errPatchFileMissing (a database without its NAME.pat), JET_errFileNotFound (no logs there), JET_errInvalidPath
   (no such directory, or the place that the logs name is none here), and all that JetExternalRestore returns. */
JET_ERR JET_API JetRestoreA(JET_PCSTR szSource, JET_PFNSTATUS pfn);
JET_ERR JET_API JetRestoreW(JET_PCWSTR szSource, JET_PFNSTATUS pfn);
JET_ERR JET_API JetRestore2A(JET_PCSTR sz, JET_PCSTR szDest, JET_PFNSTATUS pfn);
JET_ERR JET_API JetRestore2W(JET_PCWSTR sz, JET_PCWSTR szDest, JET_PFNSTATUS pfn);
JET_ERR JET_API JetRestoreInstanceA(JET_INSTANCE instance, JET_PCSTR sz, JET_PCSTR szDest, JET_PFNSTATUS pfn);
JET_ERR JET_API JetRestoreInstanceW(JET_INSTANCE instance, JET_PCWSTR sz, JET_PCWSTR szDest, JET_PFNSTATUS pfn);

/* ---- 8.5  Volume snapshots: the instance holds still while somebody copies the volume. BACKUP-SEMANTICS 2.11. */

JET_ERR JET_API JetOSSnapshotPrepare(JET_OSSNAPID* psnapId, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotPrepareInstance(JET_OSSNAPID snapId, JET_INSTANCE instance, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotFreezeA(const JET_OSSNAPID snapId, JET_UINT32* pcInstanceInfo,
                                     JET_INSTANCE_INFO_A** paInstanceInfo, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotFreezeW(const JET_OSSNAPID snapId, JET_UINT32* pcInstanceInfo,
                                     JET_INSTANCE_INFO_W** paInstanceInfo, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotThaw(const JET_OSSNAPID snapId, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotAbort(const JET_OSSNAPID snapId, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotTruncateLog(const JET_OSSNAPID snapId, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotTruncateLogInstance(const JET_OSSNAPID snapId, JET_INSTANCE instance,
                                                 const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotGetFreezeInfoA(const JET_OSSNAPID snapId, JET_UINT32* pcInstanceInfo,
                                            JET_INSTANCE_INFO_A** paInstanceInfo, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotGetFreezeInfoW(const JET_OSSNAPID snapId, JET_UINT32* pcInstanceInfo,
                                            JET_INSTANCE_INFO_W** paInstanceInfo, const JET_GRBIT grbit);
JET_ERR JET_API JetOSSnapshotEnd(const JET_OSSNAPID snapId, const JET_GRBIT grbit);

/* ---------------------------------------------------------------------------------------------------------------------
 * 9  Extensions of libesent. Windows has none of these.
 * ------------------------------------------------------------------------------------------------------------------ */

/* Copies what went wrong in the calling thread's last failing call into `text`: what was being done, to which file,
   why it failed and what to do now, in UTF-8 with a NUL; cut at a character if cb bytes do not suffice. Empty when
   no call failed yet. A call that succeeds does not change it. JET_errInvalidParameter (text is NULL or cb is 0),
   JET_wrnBufferTruncated. */
JET_ERR JET_API EsentGetErrorDetail(char* text, JET_UINT32 cb);

/* What EsentCheckDatabase found. kind is JET_findingDamage, or JET_findingWarning (not as it should be, but nothing is
   lost), or JET_findingNote (something that could not be checked). err is the error that a cursor gets there, pgno the
   page or 0, the texts are UTF-8 and valid during the call; szTable and szIndex are empty where none is meant. */
#define JET_findingDamage 1
#define JET_findingWarning 2
#define JET_findingNote 3
typedef struct {
    JET_UINT32 cbStruct;
    JET_UINT32 kind;
    JET_ERR err;
    JET_UINT32 pgno;
    JET_PCSTR szTable;
    JET_PCSTR szIndex;
    JET_PCSTR szText;
} JET_FINDING;
typedef void (*JET_PFNFINDING)(const JET_FINDING* finding, void* context);

/* Checks an open database, which nobody should change meanwhile: every page of every tree, the order of keys, who owns
   which pages, the catalog and its shadow, every record, index entry and long value, each against the others. (On
   Windows esentutl /g does that, through a function that is not documented.) It goes on after a finding, and calls back
   for each; it changes nothing. The callback must not call the API for the same instance. grbit is 0.
   JetStopServiceInstance, called on another thread, ends it early.
   JET_errDatabaseCorrupted (there was damage), JET_errClientRequestToStopJetService, JET_errInvalidSesid,
   JET_errInvalidDatabaseId, JET_errInvalidParameter, JET_errInvalidGrbit. */
JET_ERR JET_API EsentCheckDatabase(JET_SESID sesid, JET_DBID dbid, JET_PFNFINDING pfnFinding, void* context,
                                   JET_GRBIT grbit);

/* JetTruncateLogInstance that deletes no generation above genLast. Logs that were backed up a while ago, and arrived at
   their place only now, can go with it although logs that no backup has are below the checkpoint by now, too. All logs
   of the list have to be read first, as for JetTruncateLogInstance, and it gives the same errors. */
JET_ERR JET_API EsentTruncateLog(JET_INSTANCE instance, JET_UINT32 genLast);

/* An event: what Windows would write to its event log. severity is 0 information, 1 warning, 2 error; text_utf8 is
   valid during the call. It is called from the thread in which the event happens, and must not call the API for the
   same instance. instance is 0 where no instance was initialised. */
typedef void (*JET_PFNEVENT)(JET_INSTANCE instance, JET_UINT32 event_id, JET_UINT32 severity, const char* text_utf8,
   void* context);

/* Parameters of an instance, or of instances made later: the callback (a JET_PFNEVENT as JET_API_PTR, 0 for none)
   and its context. To be set before JetInit. */
#define JET_paramEventCallback 0x10001
#define JET_paramEventCallbackContext 0x10002
/* The same: boolean, 0 as default. With it JetReadFileInstance delivers a page of a database that fails its check, after
   the usual repeated reads, as it is on the disk, and reports JET_eventBadPageAccepted; without it the call fails with
   JET_errReadVerifyFailure. A restore (JetExternalRestore2), which checks every page of a database before it changes
   anything, passes over such pages likewise; one that a log record has to change is an error all the same. */
#define JET_paramAcceptBadPages 0x10003

/* JetInit3: recovery to JET_RSTINFO.lgposStop ends clean. What the transactions did that are open there is taken back,
   and the log goes on from there: every log behind the position, and a copy of the one that it lies in, is moved to
   the folder BASE-behind-GENERATION-SECTOR-OFFSET (hexadecimal) beside the logs before a database is changed, and no
   later start replays it. An interrupted recovery of this kind is continued by the same call. Databases that hold
   anything that was logged behind the position are refused: JET_errRequiredLogFilesMissing, nothing changed. The same
   for a database that was detached or clean behind it: JET_errAttachedDatabaseMismatch. Generations up to the position
   must be there: JET_errMissingLogFile. A position behind the last record means the end of the logs. */
#define JET_bitRecoveryUndoAtStop 0x40000000

/* JetExternalRestore2 with map, stop position and callback in a JET_RSTINFO. The log files are replayed up to
   prstInfo->lgposStop (all zero: to their end), then open transactions are rolled back, and the databases are clean.
   The new log is the generation after the one with the position. Logs of szLogPath behind it may be damaged or missing,
   and are set aside as with JET_bitRecoveryUndoAtStop; nothing in another szBackupLogPath is changed. The position lies
   no earlier than the end of the generations that the databases themselves require (JET_errEndingRestoreLogTooLow, with
   that generation in the detail), and in a generation that is there (JET_errRequiredLogFilesMissing). A database that
   the logs name and the map lacks is left out with JET_bitReplayIgnoreMissingDB, else JET_errAttachedDatabaseMismatch. */
JET_ERR JET_API EsentExternalRestore(JET_PSTR szCheckpointFilePath, JET_PSTR szLogPath, JET_RSTINFO_A* prstInfo,
                                     JET_PSTR szBackupLogPath, JET_LOGINFO_A* pLogInfo, JET_GRBIT grbit);

/* Event identifiers: those of the original's event log (BACKUP-SEMANTICS 1.8). Others may be reported, too. */
#define JET_eventRestoreBegin 204
#define JET_eventRestoreEnd 205
#define JET_eventBackupMissingFull 206        /* incremental refused */
#define JET_eventBackupFullBegin 210
#define JET_eventBackupIncrementalBegin 211
#define JET_eventBackupEnd 213
#define JET_eventBackupFailed 214
#define JET_eventBackupAbortedByClient 215
#define JET_eventRestoreMapped 216            /* a database has a new place */
#define JET_eventBackupDatabaseFailed 217
#define JET_eventBackupLogReadFailed 218
#define JET_eventBackupHeaderStampFailed 219
#define JET_eventBackupDatabaseBegin 220      /* with its size */
#define JET_eventBackupDatabaseEnd 221
#define JET_eventBackupDatabaseIncomplete 222 /* closed before its end */
#define JET_eventBackupLogRange 223
#define JET_eventLogsTruncated 224
#define JET_eventNoLogsTruncated 225
#define JET_eventBackupStopped 226
#define JET_eventTruncatedLogsMissing 227
#define JET_eventPageCorrected 0x10001        /* a flipped bit of a page was put right while it was read for a backup */
#define JET_eventBadPageAccepted 0x10002      /* see JET_paramAcceptBadPages: database, page number, both checksums */
#define JET_eventPageBitCorrected 399         /* a single wrong bit was corrected; the disk may be dying */
#define JET_eventPatchMismatch 430
#define JET_eventRestoreLogsStartTooLate 431
#define JET_eventRestoreLogsEndTooEarly 432
#define JET_eventRestoreLogBadSignature 433
#define JET_eventRestoreLogNotContiguous 434
#define JET_eventRestoreLogMissing 435
#define JET_eventLogGap 450
#define JET_eventRecoveryLowLogsMissing 452
#define JET_eventRecoveryHighLogsMissing 453
#define JET_eventRecoveryBegin 0x10003        /* JetInit replays the logs of a run that was not terminated */
#define JET_eventRecoveryEnd 0x10004          /* and its databases are clean again */
#define JET_eventRecoveryFailed 454
#define JET_eventLogsSetAside 0x10005         /* see JET_bitRecoveryUndoAtStop: the folder, and the position */
#define JET_eventUpkeepFailed 0x10007         /* writing pages or the checkpoint in the background; it is tried again */
#define JET_eventExistingLogBadSignature 457
#define JET_eventExistingLogNotContiguous 458
#define JET_eventBackupFileMissing 459
#define JET_eventReadRetried 493
#define JET_eventTruncateNotAllCopied 520
#define JET_eventLogCorrupt 552
#define JET_eventRestoreMapLookupFailed 553
#define JET_eventLogGenerationGap 558
#define JET_eventRawBackupAttach 619
#define JET_eventSnapshotFreezeBegin 2001
#define JET_eventSnapshotFreezeFailed 2002
#define JET_eventSnapshotThaw 2003
#define JET_eventSnapshotTimeOut 2004
#define JET_eventSnapshotFull 2005
#define JET_eventSnapshotEnd 2006
#define JET_eventSnapshotAbort 2007
#define JET_eventSnapshotIncremental 2008
#define JET_eventSnapshotCopy 2009
#define JET_eventSnapshotDifferential 2010

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

/* ---------------------------------------------------------------------------------------------------------------------
 * 10  Names without A or W: the wide flavour if JET_UNICODE is defined, otherwise the narrow one
 * ------------------------------------------------------------------------------------------------------------------ */

#ifdef JET_UNICODE
#define JET_FLAVOUR(name) name##W
#define JET_FLAVOUR_OF_STRUCT(name) name##_W
#else
#define JET_FLAVOUR(name) name##A
#define JET_FLAVOUR_OF_STRUCT(name) name##_A
#endif

#define JET_COLUMNBASE JET_FLAVOUR_OF_STRUCT(JET_COLUMNBASE)
#define JET_COLUMNCREATE JET_FLAVOUR_OF_STRUCT(JET_COLUMNCREATE)
#define JET_CONDITIONALCOLUMN JET_FLAVOUR_OF_STRUCT(JET_CONDITIONALCOLUMN)
#define JET_CONVERT JET_FLAVOUR_OF_STRUCT(JET_CONVERT)
#define JET_INDEXCREATE JET_FLAVOUR_OF_STRUCT(JET_INDEXCREATE)
#define JET_INDEXCREATE2 JET_FLAVOUR_OF_STRUCT(JET_INDEXCREATE2)
#define JET_INDEXCREATE3 JET_FLAVOUR_OF_STRUCT(JET_INDEXCREATE3)
#define JET_INSTANCE_INFO JET_FLAVOUR_OF_STRUCT(JET_INSTANCE_INFO)
#define JET_LOGINFO JET_FLAVOUR_OF_STRUCT(JET_LOGINFO)
#define JET_RSTINFO JET_FLAVOUR_OF_STRUCT(JET_RSTINFO)
#define JET_RSTINFO2 JET_FLAVOUR_OF_STRUCT(JET_RSTINFO2)
#define JET_RSTMAP JET_FLAVOUR_OF_STRUCT(JET_RSTMAP)
#define JET_RSTMAP2 JET_FLAVOUR_OF_STRUCT(JET_RSTMAP2)
#define JET_SETSYSPARAM JET_FLAVOUR_OF_STRUCT(JET_SETSYSPARAM)
#define JET_TABLECREATE JET_FLAVOUR_OF_STRUCT(JET_TABLECREATE)
#define JET_TABLECREATE2 JET_FLAVOUR_OF_STRUCT(JET_TABLECREATE2)
#define JET_TABLECREATE3 JET_FLAVOUR_OF_STRUCT(JET_TABLECREATE3)
#define JET_TABLECREATE4 JET_FLAVOUR_OF_STRUCT(JET_TABLECREATE4)
#define JET_USERDEFINEDDEFAULT JET_FLAVOUR_OF_STRUCT(JET_USERDEFINEDDEFAULT)
#define JET_ERRINFOBASIC JET_ERRINFOBASIC_W

#define JetAddColumn JET_FLAVOUR(JetAddColumn)
#define JetAttachDatabase JET_FLAVOUR(JetAttachDatabase)
#define JetAttachDatabase2 JET_FLAVOUR(JetAttachDatabase2)
#define JetAttachDatabase3 JET_FLAVOUR(JetAttachDatabase3)
#define JetBackup JET_FLAVOUR(JetBackup)
#define JetBackupInstance JET_FLAVOUR(JetBackupInstance)
#define JetBeginSession JET_FLAVOUR(JetBeginSession)
#define JetCompact JET_FLAVOUR(JetCompact)
#define JetCreateDatabase JET_FLAVOUR(JetCreateDatabase)
#define JetCreateDatabase2 JET_FLAVOUR(JetCreateDatabase2)
#define JetCreateDatabase3 JET_FLAVOUR(JetCreateDatabase3)
#define JetCreateIndex JET_FLAVOUR(JetCreateIndex)
#define JetCreateIndex2 JET_FLAVOUR(JetCreateIndex2)
#define JetCreateIndex3 JET_FLAVOUR(JetCreateIndex3)
#define JetCreateIndex4 JET_FLAVOUR(JetCreateIndex4)
#define JetCreateInstance JET_FLAVOUR(JetCreateInstance)
#define JetCreateInstance2 JET_FLAVOUR(JetCreateInstance2)
#define JetCreateTable JET_FLAVOUR(JetCreateTable)
#define JetCreateTableColumnIndex JET_FLAVOUR(JetCreateTableColumnIndex)
#define JetCreateTableColumnIndex2 JET_FLAVOUR(JetCreateTableColumnIndex2)
#define JetCreateTableColumnIndex3 JET_FLAVOUR(JetCreateTableColumnIndex3)
#define JetCreateTableColumnIndex4 JET_FLAVOUR(JetCreateTableColumnIndex4)
#define JetDefragment JET_FLAVOUR(JetDefragment)
#define JetDefragment2 JET_FLAVOUR(JetDefragment2)
#define JetDefragment3 JET_FLAVOUR(JetDefragment3)
#define JetDeleteColumn JET_FLAVOUR(JetDeleteColumn)
#define JetDeleteColumn2 JET_FLAVOUR(JetDeleteColumn2)
#define JetDeleteIndex JET_FLAVOUR(JetDeleteIndex)
#define JetDeleteTable JET_FLAVOUR(JetDeleteTable)
#define JetDetachDatabase JET_FLAVOUR(JetDetachDatabase)
#define JetDetachDatabase2 JET_FLAVOUR(JetDetachDatabase2)
#define JetEnableMultiInstance JET_FLAVOUR(JetEnableMultiInstance)
#define JetExternalRestore JET_FLAVOUR(JetExternalRestore)
#define JetExternalRestore2 JET_FLAVOUR(JetExternalRestore2)
#define JetGetAttachInfo JET_FLAVOUR(JetGetAttachInfo)
#define JetGetAttachInfoInstance JET_FLAVOUR(JetGetAttachInfoInstance)
#define JetGetColumnInfo JET_FLAVOUR(JetGetColumnInfo)
#define JetGetCurrentIndex JET_FLAVOUR(JetGetCurrentIndex)
#define JetGetDatabaseFileInfo JET_FLAVOUR(JetGetDatabaseFileInfo)
#define JetGetDatabaseInfo JET_FLAVOUR(JetGetDatabaseInfo)
#define JetGetIndexInfo JET_FLAVOUR(JetGetIndexInfo)
#define JetGetInstanceInfo JET_FLAVOUR(JetGetInstanceInfo)
#define JetGetLogFileInfo JET_FLAVOUR(JetGetLogFileInfo)
#define JetGetLogInfo JET_FLAVOUR(JetGetLogInfo)
#define JetGetLogInfoInstance JET_FLAVOUR(JetGetLogInfoInstance)
#define JetGetLogInfoInstance2 JET_FLAVOUR(JetGetLogInfoInstance2)
#define JetGetObjectInfo JET_FLAVOUR(JetGetObjectInfo)
#define JetGetSystemParameter JET_FLAVOUR(JetGetSystemParameter)
#define JetGetTableColumnInfo JET_FLAVOUR(JetGetTableColumnInfo)
#define JetGetTableIndexInfo JET_FLAVOUR(JetGetTableIndexInfo)
#define JetGetTableInfo JET_FLAVOUR(JetGetTableInfo)
#define JetGetTruncateLogInfoInstance JET_FLAVOUR(JetGetTruncateLogInfoInstance)
#define JetInit3 JET_FLAVOUR(JetInit3)
#define JetInit4 JET_FLAVOUR(JetInit4)
#define JetOSSnapshotFreeze JET_FLAVOUR(JetOSSnapshotFreeze)
#define JetOSSnapshotGetFreezeInfo JET_FLAVOUR(JetOSSnapshotGetFreezeInfo)
#define JetOpenDatabase JET_FLAVOUR(JetOpenDatabase)
#define JetOpenFile JET_FLAVOUR(JetOpenFile)
#define JetOpenFileInstance JET_FLAVOUR(JetOpenFileInstance)
#define JetOpenTable JET_FLAVOUR(JetOpenTable)
#define JetRenameColumn JET_FLAVOUR(JetRenameColumn)
#define JetRenameTable JET_FLAVOUR(JetRenameTable)
#define JetRestore JET_FLAVOUR(JetRestore)
#define JetRestore2 JET_FLAVOUR(JetRestore2)
#define JetRestoreInstance JET_FLAVOUR(JetRestoreInstance)
#define JetSetColumnDefaultValue JET_FLAVOUR(JetSetColumnDefaultValue)
#define JetSetCurrentIndex JET_FLAVOUR(JetSetCurrentIndex)
#define JetSetCurrentIndex2 JET_FLAVOUR(JetSetCurrentIndex2)
#define JetSetCurrentIndex3 JET_FLAVOUR(JetSetCurrentIndex3)
#define JetSetCurrentIndex4 JET_FLAVOUR(JetSetCurrentIndex4)
#define JetSetDatabaseSize JET_FLAVOUR(JetSetDatabaseSize)
#define JetSetSystemParameter JET_FLAVOUR(JetSetSystemParameter)
#define JetGetErrorInfo JetGetErrorInfoW /* there is no other */

/* ---------------------------------------------------------------------------------------------------------------------
 * 11  Backups of a running program by another process, such as the command esebackup: an extension of libesent
 *
 * Parameters of an instance, to be set before JetInit. The instance must have a log (JET_paramRecovery).
 * ------------------------------------------------------------------------------------------------------------------ */

/* Boolean, 0 as default. With it a thread of the library serves external backups on the socket BASENAME-backup.socket
   in the system directory, from JetInit, which fails where the socket can't be made, to JetTerm. What clients do are
   the calls of an external backup, with the same consequences: while one is in progress no database can be attached or
   detached, another one gets JET_errBackupInProgress, and so does JetTerm without JET_bitTermStopBackup. A client that
   goes away, or sends what makes no sense, has its backup ended with JET_bitBackupEndAbort. esebackup-protocol(7)
   describes the protocol. */
#define JET_paramBackupSocket 0x10004
/* Text, "" as default: a group of this machine, by name or number, whose members may take backups beside root and the
   owner of the system directory. Backups hold all that the databases hold, and delete logs. */
#define JET_paramBackupSocketGroup 0x10005
/* Milliseconds, 300000 as default: a client that sends nothing for so long while it has a backup in progress, or does
   not take what it is sent, is cut off. */
#define JET_paramBackupSocketTimeout 0x10006
/* An event: a client was turned away or cut off, and why. */
#define JET_eventBackupClientRefused 0x10006
