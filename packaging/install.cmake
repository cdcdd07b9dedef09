# SPDX-License-Identifier: MIT
# Where what belongs to the program goes; systemd, bash, zsh and man look below /usr/local and
# below /usr.
install(FILES docs/man/error-report.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/man/error-report.service.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES packaging/systemd/error-report.service DESTINATION lib/systemd/system)
install(FILES packaging/catalog/error-report.catalog DESTINATION lib/systemd/catalog)
install(FILES packaging/sysusers.d/error-report.conf DESTINATION lib/sysusers.d)
install(FILES packaging/modules-load.d/error-report-notify.conf DESTINATION lib/modules-load.d)
install(FILES packaging/completion/_error-report DESTINATION share/zsh/site-functions)
install(FILES packaging/completion/error-report.bash
  DESTINATION share/bash-completion/completions RENAME error-report)

# logrotate looks in one place alone.
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr(/local)?$")
  install(FILES packaging/logrotate.d/error-report DESTINATION /etc/logrotate.d)
else()
  install(FILES packaging/logrotate.d/error-report DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/logrotate.d)
endif()
